using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Keeps the first trace events up to its capacity, and stops when it has returned them; the event stream then removes it.
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
        Receive<StanzaTraced>(traced => Keep(new TraceEvent.Stanza(traced.At, traced.From, traced.To, traced.Summary)));
        Receive<Transfer.Entered>(entered => Keep(new TraceEvent.Entered(entered.At, entered.Id, entered.Self, entered.State)));
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

    /// <summary>Events of one actor are in order; those of several are ordered by time.</summary>
    private void HandOut(Stop stop)
    {
        stop.Recorded.TrySetResult(new RecordedTrace([.. _events.OrderBy(happened => happened.At)], _dropped));
        Context.Stop(Self);
    }

    internal sealed record Stop(TaskCompletionSource<RecordedTrace> Recorded);
}

/// <summary>The application's handle.</summary>
internal sealed class TraceRecording(IActorRef recorder) : ITraceRecording
{
    private readonly TaskCompletionSource<RecordedTrace> _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RecordedTrace> StopAsync()
    {
        recorder.Tell(new TraceRecorder.Stop(_recorded));
        return _recorded.Task;
    }
}
