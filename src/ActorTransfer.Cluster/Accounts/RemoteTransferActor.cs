using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// A transfer that runs where its account lives, on the node that has requested it: takes the place of the engine's transfers for the application's handle, and
/// passes requests there and events back. Stops when it has ended. If the other node is lost, the outcome is not known there any more: it ends as failed.
/// </summary>
internal sealed class RemoteTransferActor : ReceiveActor, IWithTimers
{
    /// <summary>How long the account may take, for example to move to another node.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly IActorRef _region;
    private readonly List<IActorRef> _pausing = [];
    private AccountMessage.Send? _send;
    private IActorRef _observer = ActorRefs.Nobody;
    private IActorRef _home = ActorRefs.Nobody;
    private TransferId _id;
    private TransferState _state = TransferState.Offer;

    /// <summary>Use <see cref="Props(IActorRef)"/>.</summary>
    public RemoteTransferActor(IActorRef region)
    {
        _region = region;
        Receive<AccountMessage.Send>(Request);
        Receive<AccountMessage.Sent>(Begin);
        Receive<AccountMessage.NotSent>(refused => Refuse((FailureReason)refused.Reason, refused.Detail));
        Receive<TimedOut>(_ => Refuse(FailureReason.LinkLost, $"Account {_send!.Account} did not respond within {s_timeout}."));
        Receive<Transfer.Cancel>(_ => _home.Tell(new AccountMessage.Cancel()));
        Receive<Transfer.Pause>(pause => Pause(isPaused: true, pause.ReplyTo));
        Receive<Transfer.Resume>(resume => Pause(isPaused: false, resume.ReplyTo));
        Receive<Terminated>(_ => End(new Transfer.Ended(_id, new TransferOutcome.Failed(
            _state, TransferSide.Local, FailureReason.LinkLost, $"The node of account {_send!.Account} was lost."))));
        Receive<IClusterMessage>(Pass);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="region">Finds the account.</param>
    public static Props Props(IActorRef region) => Akka.Actor.Props.Create(() => new RemoteTransferActor(region));

    /// <summary>The first message; its sender gets the events.</summary>
    private void Request(AccountMessage.Send send)
    {
        (_send, _observer) = (send, Sender);
        _region.Tell(send);
        Timers.StartSingleTimer(TimedOut.Instance, TimedOut.Instance, s_timeout);
    }

    private void Begin(AccountMessage.Sent sent)
    {
        Timers.CancelAll();
        _home = Context.Watch(Sender);
        _id = new TransferId(sent.Id) { Node = sent.Node };
        _observer.Tell(new Transfer.Started(_id));
    }

    private void Refuse(FailureReason reason, string detail)
    {
        _observer.Tell(new Transfer.NotStarted(reason, detail));
        Context.Stop(Self);
    }

    private void Pass(IClusterMessage message)
    {
        switch (TransferEvents.ToEvent(_id, message))
        {
            case Transfer.Ended ended:
                End(ended);
                break;
            case Transfer.Entered entered:
                _state = entered.State;
                _observer.Tell(entered);
                break;
            case Transfer.Paused paused:
                _observer.Tell(paused);
                _pausing.ForEach(requester => requester.Tell(paused));
                _pausing.Clear();
                break;
            case { } happened:
                _observer.Tell(happened);
                break;
        }
    }

    private void Pause(bool isPaused, IActorRef? replyTo)
    {
        if (replyTo is not null)
        {
            _pausing.Add(replyTo);
        }

        _home.Tell(new AccountMessage.Pause(isPaused));
    }

    private void End(Transfer.Ended ended)
    {
        _observer.Tell(ended);
        Context.Stop(Self);
    }

    private sealed record TimedOut
    {
        public static TimedOut Instance { get; } = new();
    }
}
