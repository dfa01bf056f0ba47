using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorTransfer.Cluster.Accounts;

/// <content>Requests of nodes. What arrives while the account is not open waits, and goes to the next node if the account moves.</content>
internal sealed partial class AccountEntity
{
    /// <summary>Requests that may wait until the account is open.</summary>
    private const int MaxEarly = 1000;

    private static readonly TimeSpan s_resourceTimeout = TimeSpan.FromSeconds(60);

    private readonly Queue<(object Message, IActorRef Sender)> _early = [];
    private IActorRef _guests = ActorRefs.Nobody;

    private void HandleEarly()
    {
        while (_early.TryDequeue(out var early))
        {
            Handle(early.Message, early.Sender);
        }
    }

    private void Handle(object message, IActorRef sender)
    {
        if (!_isUnknown && (_opened is null || _isClosing || _services.AreLeaving))
        {
            if (_early.Count < MaxEarly)
            {
                _early.Enqueue((message, sender));
            }

            return;
        }

        switch (message)
        {
            case AccountMessage.Locate:
                sender.Tell(_status);
                break;
            case AccountMessage.Send when _isUnknown:
                sender.Tell(new AccountMessage.NotSent((int)FailureReason.LinkLost, $"There is no account named {_name}."));
                break;
            case AccountMessage.Send:
                _services.Sends.Tell(message, sender);
                break;
            case AccountMessage.FindResource find when _opened is { } opened && Jid.TryParse(find.Contact, out var contact):
                FindResourceAsync(opened.Contacts, contact).PipeTo(sender, Self);
                break;
            case LinkMessage.Register when _opened is { } opened:
                Guests(opened.Connection).Tell(message, sender);
                break;
        }
    }

    /// <summary>Other nodes that run transfers of this account; most accounts have none.</summary>
    private IActorRef Guests(IActorRef connection) => _guests.IsNobody()
        ? _guests = Context.ActorOf(GuestLinksActor.Props(connection, _services.Engine.Settings.Connection), "guests")
        : _guests;

    private static async Task<AccountMessage.ResourceFound> FindResourceAsync(IActorRef contacts, Jid contact)
    {
        var found = await contacts.Ask<object>(new Contacts.FindResource(contact, Signalling.Auto), s_resourceTimeout).ConfigureAwait(false);
        return found is Contacts.Found { Resource: var resource }
            ? new AccountMessage.ResourceFound(resource.ToString(), 0, "")
            : found is Contacts.NotFound none
                ? new AccountMessage.ResourceFound("", (int)none.Reason, none.Detail)
                : throw new InvalidOperationException($"Unexpected reply: {found.GetType()}.");
    }

    /// <summary>The account does not live here any more; the shard region knows where, or will.</summary>
    private void PassOn()
    {
        while (_early.TryDequeue(out var early))
        {
            ClusterSharding.Get(Context.System).ShardRegion(AccountRegion.TypeName).Tell(early.Message, early.Sender);
        }
    }
}
