using System.Diagnostics.Metrics;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Scenarios.Watching;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>The monitor is what subscribes to the stanzas of all connections and the events of all transfers.</summary>
    [Fact]
    public async Task Engine_without_a_page_must_have_no_monitor_and_publish_no_stanzas()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        using var traced = Inbox.Create(system);
        system.EventStream.Subscribe(traced.Receiver, typeof(StanzaTraced));
        var monitor = host.Services.GetRequiredService<ITransferMonitor>(); // not used yet
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[9]), new FileDescription("a", 9), new SendOptions("iphone"));
        await (await accepting).Completion;
        await sent.Completion;

        var last = new StanzaTraced(DateTimeOffset.UnixEpoch, null, null, "");
        system.EventStream.Publish(last);
        Assert.Same(last, await traced.ReceiveAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<ActorNotFoundException>(FindMonitorAsync);
        await monitor.SnapshotAsync(); // as a page does at the start
        await FindMonitorAsync();

        Task FindMonitorAsync() => system.ActorSelection($"/user/{Engine.Name}-monitor").ResolveOne(TimeSpan.FromSeconds(30));
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
