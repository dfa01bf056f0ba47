using System.Diagnostics.Metrics;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Watching;

namespace ActorTransfer.Scenarios.Load;

/// <summary>Metrics and traces that nothing listens to cost nothing.</summary>
[Collection(ActivityRecorder.Collection)]
public sealed class WatchingCostSpec : IDisposable
{
    private static readonly StreamHost s_host = new(Jid.Parse("proxy.local.test"), "127.0.0.1", 7777);

    private readonly Meter _meter = new("ActorTransfer.NotListenedTo");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Measurements_and_spans_without_a_listener_must_allocate_nothing()
    {
        var metrics = new EngineMetrics(_meter);
        var spans = new StateSpans(default);
        var times = new TransferTimes(metrics.Transfers, sends: true, TimeSpan.Zero);
        TransferOutcome outcome = new TransferOutcome.Completed(1, null);
        Answer answer = new Answer.Result(null);
        Measure(metrics, times, outcome, answer);
        Trace(spans, outcome);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 1000; run++)
        {
            Measure(metrics, times, outcome, answer);
            Trace(spans, outcome);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Trace(StateSpans spans, TransferOutcome outcome)
    {
        Assert.Null(TransferTrace.Start(sends: true, default));
        spans.Entered(TransferState.Accepted);
        spans.NewStanzaId();
        spans.Stanza("id");
        spans.Candidate("candidate tried", s_host);
        spans.Method(StreamMethod.Proxy, null);
        spans.Ended(outcome);
    }

    private static void Measure(EngineMetrics metrics, TransferTimes times, TransferOutcome outcome, Answer answer)
    {
        metrics.Transfers.Queued(sends: true, 1);
        metrics.Transfers.Began(sends: true);
        metrics.Transfers.Refused(sends: false, AdmissionLimit.Active);
        times.Entered(TransferState.Accepted, TimeSpan.FromSeconds(1));
        metrics.Transfers.CandidateFailed(sends: true, StreamMethod.Direct);
        metrics.Transfers.CandidateWon(sends: true, StreamMethod.Proxy, null);
        times.Moved(1, TimeSpan.FromSeconds(2));
        times.Ended(outcome, TimeSpan.FromSeconds(3));
        metrics.Transfers.Ended(sends: true, outcome, StreamMethod.Proxy, TimeSpan.FromSeconds(3));
        metrics.Connections.Asked();
        metrics.Connections.Answered("ns", answer, TimeSpan.FromSeconds(1));
        metrics.Connections.StanzasQueued(1);
        metrics.Proxy.Accepted(2);
        metrics.Proxy.PairBegan();
        metrics.Proxy.PairActivated();
        metrics.Proxy.Relayed(1);
        metrics.Proxy.Refused(ProxyRefusal.Acl, 1);
        metrics.Proxy.PairEnded(PairEnd.Relayed, wasActive: true);
    }
}
