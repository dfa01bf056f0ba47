using ActorTransfer;
using Akka.Actor;
using Akka.Hosting;

namespace JoinedSystem;

/// <summary>An actor of the application: sends a file by a message to the engine's actor, and reports the outcome to its customer.</summary>
internal sealed class Courier : ReceiveActor
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly IActorRef _engine;
    private readonly Dictionary<TransferId, IActorRef> _customers = [];

    /// <summary>Outcomes that came before the reply to their request.</summary>
    private readonly Dictionary<TransferId, TransferOutcome> _early = [];
    private int _requests;

    public Courier(IRequiredActor<ActorTransferEngine> engine)
    {
        _engine = engine.ActorRef;
        Receive<Deliver>(order =>
        {
            _requests++;
            _engine.Ask<ActorTransferEngine.Sending>(new ActorTransferEngine.Send(order.To, order.Path), MaxWait).PipeTo(Self, Sender);
        });
        Receive<ActorTransferEngine.Sending>(sending =>
        {
            if (_early.Remove(sending.Id, out var outcome))
            {
                Sender.Tell(outcome);
            }
            else
            {
                _customers[sending.Id] = Sender;
            }

            Replied();
        });
        Receive<Status.Failure>(failure =>
        {
            Sender.Tell(failure); // the file does not exist, for example
            Replied();
        });
        Receive<ActorTransferEngine.Subscribed>(_ => { });
        Receive<ActorTransferEngine.TransferChanged>(changed => Console.WriteLine($"{(changed.IsIncoming ? "from" : "to")} {changed.Peer}: {changed.State}"));
        Receive<ActorTransferEngine.TransferEnded>(ended =>
        {
            if (_customers.Remove(ended.Id, out var customer))
            {
                customer.Tell(ended.Outcome);
            }
            else if (_requests > 0)
            {
                _early[ended.Id] = ended.Outcome;
            }
        });
    }

    protected override void PreStart() => _engine.Tell(new ActorTransferEngine.Subscribe());

    private void Replied()
    {
        if (--_requests == 0)
        {
            _early.Clear();
        }
    }

    /// <summary>Command: sends a file. Reply: its <see cref="TransferOutcome"/>.</summary>
    public sealed record Deliver(Jid To, string Path);
}
