using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class KillSwitchSpec : StreamSpec
{
    [Fact]
    public async Task Shutdown_must_complete_downstream_and_cancel_upstream()
    {
        var ((source, killSwitch), sink) = Source.FromGraph(new ProbeSource<int>())
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Both)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both)
            .Run(Materializer);
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        killSwitch.Shutdown();
        killSwitch.Abort(new InvalidOperationException("too late"));
        await sink.Expect("finish", "stopped");
        await source.Expect("cancelled: StageWasCompleted", "stopped");
    }

    [Fact]
    public async Task Abort_must_fail_downstream_and_cancel_upstream()
    {
        var ((source, killSwitch), sink) = Source.FromGraph(new ProbeSource<int>())
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Both)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both)
            .Run(Materializer);
        await source.Do(_ => { });
        killSwitch.Abort(new InvalidOperationException("aborted"));
        await sink.Expect("failure: aborted", "stopped");
        Assert.StartsWith("cancelled: ", await source.Next());
        await source.Expect("stopped");
    }

    [Fact]
    public async Task Shared_switch_must_end_all_its_streams_and_those_that_start_later()
    {
        var killSwitch = KillSwitches.Shared("all");
        var streams = Enumerable.Range(0, 50)
            .Select(_ => Source.Repeat(1).Via(killSwitch.Flow<int>()).RunWith(Sink.Ignore<int>(), Materializer))
            .ToList();
        killSwitch.Shutdown();
        await Task.WhenAll(streams).WaitAsync(Patience);
        Assert.Empty(await Source.From([1, 2]).Via(killSwitch.Flow<int>()).RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task Aborted_shared_switch_must_fail_all_its_streams()
    {
        var killSwitch = KillSwitches.Shared("all");
        var before = Source.FromGraph(new ProbeSource<int>()).Via(killSwitch.Flow<int>()).RunWith(Sink.Seq<int>(), Materializer);
        var cause = new InvalidOperationException("aborted");
        killSwitch.Abort(cause);
        var after = Source.FromGraph(new ProbeSource<int>()).Via(killSwitch.Flow<int>()).RunWith(Sink.Seq<int>(), Materializer);
        foreach (var stream in new[] { before, after })
        {
            var e = await Assert.ThrowsAnyAsync<Exception>(() => stream.WaitAsync(Patience));
            Assert.Same(cause, e.GetBaseException());
        }
    }

    [Fact]
    public async Task Open_switch_must_let_everything_pass()
    {
        var (killSwitch, all) = Source.From(Enumerable.Range(0, 100))
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Right)
            .ToMaterialized(Sink.Seq<int>(), Keep.Both)
            .Run(Materializer);
        Assert.Equal(Enumerable.Range(0, 100), await all.WaitAsync(Patience));
        killSwitch.Shutdown();
    }
}
