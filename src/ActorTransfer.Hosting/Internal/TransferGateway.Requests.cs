using System.Collections.Immutable;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <content>The messages of the application's actors, see <see cref="ActorTransferEngine"/>.</content>
internal sealed partial class TransferGateway
{
    /// <summary>The engine responds at once unless the machine is overloaded.</summary>
    private static readonly TimeSpan s_statusTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, AccountStatus> _connections = [];
    private readonly HashSet<IActorRef> _subscribers = [];

    private void ReceiveRequests()
    {
        var files = new FileTransfers(Context.System, _instance);
        Receive<ActorTransferEngine.Send>(send => SendAsync(files, send).PipeTo(Sender, Self));
        Receive<ActorTransferEngine.Cancel>(cancel => _transfers.Tell(new Transfer.Cancel(cancel.Id)));
        Receive<ActorTransferEngine.GetStatus>(_ => StatusAsync(_connections.ToImmutableDictionary()).PipeTo(Sender, Self));
        Receive<ActorTransferEngine.Subscribe>(_ => Subscribe(Sender));
        Receive<ActorTransferEngine.Unsubscribe>(_ => Unsubscribe(Sender));
        Receive<Transfer.Changed>(changed => Report(
            new ActorTransferEngine.TransferChanged(changed.Id, changed.Peer, changed.IsIncoming, changed.File, changed.State)));
        Receive<Transfer.Ended>(ended => Report(new ActorTransferEngine.TransferEnded(ended.Id, ended.Outcome)));
    }

    private static async Task<ActorTransferEngine.Sending> SendAsync(FileTransfers files, ActorTransferEngine.Send send)
    {
        var transfer = await files.SendAsync(send.To, new FileInfo(send.Path), send.Options).ConfigureAwait(false);
        return transfer.Id != default
            ? new ActorTransferEngine.Sending(transfer.Id)
            : throw new EngineException($"The transfer could not begin: {await transfer.Completion.ConfigureAwait(false)}", forGood: false);
    }

    private async Task<ActorTransferEngine.EngineStatus> StatusAsync(ImmutableDictionary<string, AccountStatus> connections)
    {
        var parts = await _lifetime.RunningAsync(CancellationToken.None).ConfigureAwait(false);
        var active = await parts.Transfers.Ask<Transfer.Active>(new Transfer.GetActive(), s_statusTimeout).ConfigureAwait(false);
        return new ActorTransferEngine.EngineStatus(connections, active.Ids);
    }

    /// <summary>The engine reports its transfers only while there are subscribers.</summary>
    private void Subscribe(IActorRef subscriber)
    {
        if (_subscribers.Add(subscriber))
        {
            Context.Watch(subscriber);
            WatchTransfers();
        }

        subscriber.Tell(new ActorTransferEngine.Subscribed());
    }

    private void Unsubscribe(IActorRef subscriber)
    {
        if (_subscribers.Remove(subscriber))
        {
            Context.Unwatch(subscriber);
            WatchTransfers();
        }
    }

    private void WatchTransfers() => _transfers.Tell(new Transfer.Watch(_subscribers.Count > 0 ? Self : ActorRefs.Nobody));

    private void Report(object happened)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber.Tell(happened);
        }
    }
}
