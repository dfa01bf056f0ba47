using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Keeps the first events of conversations up to its capacity, and stops when it has handed them out; the event stream forgets it then.
/// Child of the <see cref="TransferGateway"/>.
/// </summary>
internal sealed class TraceRecorder : ReceiveActor
{
    private readonly ImmutableArray<TraceEvent>.Builder _events = ImmutableArray.CreateBuilder<TraceEvent>();
    private readonly int _capacity;
    private long _dropped;

    public TraceRecorder(int capacity)
    {
        _capacity = capacity;
        Receive<StanzaTraced>(said => Keep(new TraceEvent.Stanza(said.At, said.From, said.To, said.Summary)));
        Receive<Transfers.Entered>(entered => Keep(new TraceEvent.Entered(entered.At, entered.Id, entered.Self, entered.State)));
        Receive<Stop>(HandOut);
    }

    public static Props Props(int capacity) => Akka.Actor.Props.Create(() => new TraceRecorder(capacity));

    private void Keep(TraceEvent happened)
    {
        if (_events.Count < _capacity)
        {
            _events.Add(happened);
        }
        else
        {
            _dropped++;
        }
    }

    /// <summary>Events come from several actors: each in order, all of them only by their time.</summary>
    private void HandOut(Stop stop)
    {
        stop.Recorded.TrySetResult(new RecordedTrace([.. _events.OrderBy(happened => happened.At)], _dropped));
        Context.Stop(Self);
    }

    internal sealed record Stop(TaskCompletionSource<RecordedTrace> Recorded);
}

/// <summary>The handle that host code holds.</summary>
internal sealed class TraceRecording(IActorRef recorder) : ITraceRecording
{
    private readonly TaskCompletionSource<RecordedTrace> _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RecordedTrace> StopAsync()
    {
        recorder.Tell(new TraceRecorder.Stop(_recorded));
        return _recorded.Task;
    }
}
