using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class LifecycleSpec : StreamSpec
{
    public enum Ending
    {
        Completion,
        UpstreamFailure,
        Cancellation,
        CompleteStage,
        FailStage,
        KillSwitch,
        Abort,
        MaterializerShutdown,
    }

    [Theory]
    [InlineData(Ending.Completion)]
    [InlineData(Ending.UpstreamFailure)]
    [InlineData(Ending.Cancellation)]
    [InlineData(Ending.CompleteStage)]
    [InlineData(Ending.FailStage)]
    [InlineData(Ending.KillSwitch)]
    [InlineData(Ending.Abort)]
    [InlineData(Ending.MaterializerShutdown)]
    public async Task Stages_must_be_stopped_exactly_once_however_the_stream_ends(Ending ending)
    {
        var materializer = ActorMaterializer.Create(System, ActorMaterializerSettings.Create(System));
        var ((source, killSwitch), sink) = Source.FromGraph(new ProbeSource<int>())
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Both)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both)
            .Run(materializer);
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await End(ending, source, killSwitch, sink, materializer);
        await UntilStopped(source.Next);
        await UntilStopped(sink.Next);
        materializer.Shutdown();

        // Whatever came late would come before a stream that starts now has ended.
        await Source.Single(1).RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Patience);
        Assert.True(source.IsQuiet);
        Assert.True(sink.IsQuiet);
    }

    [Fact]
    public async Task Stage_that_keeps_going_must_be_stopped_when_it_says_so()
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<int>()).ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await sink.Do(s => s.KeepGoing(true));
        await source.Do(s => s.Complete());
        await source.Expect("stopped");
        await sink.Expect("finish");
        await sink.Do(s => Assert.True(s.Closed));
        Assert.True(sink.IsQuiet);
        await sink.Do(s => s.KeepGoing(false));
        await sink.Expect("stopped");
    }

    [Fact]
    public async Task Stream_must_die_with_the_actor_that_materialized_it()
    {
        var started = new TaskCompletionSource<Running>(TaskCreationOptions.RunContinuationsAsynchronously);
        var owner = System.ActorOf(Props.Create(() => new Owner(started)));
        var running = await started.Task.WaitAsync(Patience);
        await running.Source.Expect("pull");
        await owner.GracefulStop(Patience);

        // All stages have been stopped when the actor is gone.
        Assert.False(running.Source.IsQuiet);
        await running.Source.Expect("stopped");
        await Assert.ThrowsAsync<AbruptStageTerminationException>(() => running.Elements.WaitAsync(Patience));
    }

    [Fact]
    public async Task Shut_down_materializer_must_run_nothing_more()
    {
        var materializer = ActorMaterializer.Create(System, ActorMaterializerSettings.Create(System));
        var seq = Source.FromGraph(new ProbeSource<int>()).RunWith(Sink.Seq<int>(), materializer);
        materializer.Shutdown();
        await Assert.ThrowsAsync<AbruptStageTerminationException>(() => seq.WaitAsync(Patience));
        Assert.True(materializer.IsShutdown);
        Assert.ThrowsAny<Exception>(() => { _ = Source.Single(1).RunWith(Sink.Seq<int>(), materializer); });
    }

    [Fact]
    public async Task Streams_started_while_the_materializer_shuts_down_must_all_end()
    {
        for (var round = 0; round < 4; round++)
        {
            var materializer = ActorMaterializer.Create(System, ActorMaterializerSettings.Create(System));
            var streams = new List<Task>();
            var starting = Task.Run(() =>
            {
                try
                {
                    while (true)
                        streams.Add(Source.FromGraph(new ProbeSource<int>()).RunWith(Sink.Seq<int>(), materializer));
                }
                catch (Exception) when (materializer.IsShutdown) { }
            });
            await Source.Single(1).RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
            materializer.Shutdown();
            await starting.WaitAsync(Patience);
            foreach (var stream in streams)
                await Assert.ThrowsAsync<AbruptStageTerminationException>(() => stream.WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task Actor_sink_must_wait_for_each_acknowledgement()
    {
        var got = new TaskCompletionSource<List<object>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = System.ActorOf(Props.Create(() => new Receiver(got)));
        Source.From(Enumerable.Range(1, 40)).To(Sink.ActorRefWithAck<int>(receiver, "init", "ack", "complete", e => e)).Run(Materializer);
        Assert.Equal(["init", .. Enumerable.Range(1, 40).Cast<object>(), "complete"], await got.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Actor_sink_must_cancel_when_its_actor_ends_and_pass_a_failure_on()
    {
        var got = new TaskCompletionSource<List<object>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = System.ActorOf(Props.Create(() => new Receiver(got)));
        var source = Source.FromGraph(new ProbeSource<int>()).To(Sink.ActorRefWithAck<int>(receiver, "init", "ack", "complete")).Run(Materializer);
        await source.Expect("pull");
        await receiver.GracefulStop(Patience);
        await source.Expect("cancelled: StageWasCompleted", "stopped");

        var second = System.ActorOf(Props.Create(() => new Receiver(got)));
        Source.Single(1).Select<int, int, NotUsed>(_ => throw new InvalidOperationException("broken"))
            .To(Sink.ActorRefWithAck<int>(second, "init", "ack", "complete", e => e.Message)).Run(Materializer);
        Assert.Equal(["init", "broken"], await got.Task.WaitAsync(Patience));
    }

    private static async Task UntilStopped(Func<Task<string>> next)
    {
        while (await next() != "stopped") { }
    }

    private static async Task End(
        Ending ending,
        Probe<ProbeSource<int>.Logic> source,
        UniqueKillSwitch killSwitch,
        Probe<ProbeSink<int>.Logic> sink,
        ActorMaterializer materializer)
    {
        var broken = new InvalidOperationException("broken");
        switch (ending)
        {
            case Ending.Completion: await source.Do(s => s.Complete()); break;
            case Ending.UpstreamFailure: await source.Do(s => s.Fail(broken)); break;
            case Ending.Cancellation: await sink.Do(s => s.Cancel()); break;
            case Ending.CompleteStage: await source.Do(s => s.CompleteStage()); break;
            case Ending.FailStage: await sink.Do(s => s.FailStage(broken)); break;
            case Ending.KillSwitch: killSwitch.Shutdown(); break;
            case Ending.Abort: killSwitch.Abort(broken); break;
            default: materializer.Shutdown(); break;
        }
    }

    public sealed record Running(Probe<ProbeSource<int>.Logic> Source, Task Elements);

    public sealed class Owner : ReceiveActor
    {
        public Owner(TaskCompletionSource<Running> started)
        {
            var (source, elements) = Source.FromGraph(new ProbeSource<int>())
                .ToMaterialized(Sink.Seq<int>(), Keep.Both)
                .Run(Context.Materializer());
            started.SetResult(new Running(source, elements));
        }
    }

    public sealed class Receiver : ReceiveActor
    {
        private readonly List<object> _got = [];

        public Receiver(TaskCompletionSource<List<object>> got) => ReceiveAny(message =>
        {
            _got.Add(message);
            if (message is "complete" or "broken")
                got.TrySetResult(_got);
            else
                Sender.Tell("ack");
        });
    }
}
