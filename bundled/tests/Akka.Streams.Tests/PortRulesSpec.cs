using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class PortRulesSpec : StreamSpec
{
    private (Probe<ProbeSource<string>.Logic> Source, Probe<ProbeSink<string>.Logic> Sink) Run() =>
        Source.FromGraph(new ProbeSource<string>()).ToMaterialized(new ProbeSink<string>(), Keep.Both).Run(Materializer);

    [Fact]
    public async Task Inlet_must_be_pulled_once_until_the_element_has_come()
    {
        var (source, sink) = Run();
        await sink.Do(s => s.Pull());
        await Assert.ThrowsAsync<ArgumentException>(() => sink.Do(s => s.Pull()));
        await source.Expect("pull");
        await Assert.ThrowsAsync<ArgumentException>(() => sink.Do(s => s.Pull()));
        await source.Do(s => s.Push("a"));
        await sink.Expect("push");
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
    }

    [Fact]
    public async Task Closed_inlet_must_refuse_a_pull_and_ignore_a_try()
    {
        var (_, sink) = Run();
        await sink.Do(s => s.KeepGoing(true));
        await sink.Do(s => s.Cancel());
        await Assert.ThrowsAsync<ArgumentException>(() => sink.Do(s => s.Pull()));
        await sink.Do(s => s.TryPull());
        await sink.Do(s => Assert.True(s.Closed));
    }

    [Fact]
    public async Task Outlet_must_refuse_a_push_that_was_not_asked_for()
    {
        var (source, sink) = Run();
        await Assert.ThrowsAsync<ArgumentException>(() => source.Do(s => s.Push("a")));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s => s.Push("a"));
        await Assert.ThrowsAsync<ArgumentException>(() => source.Do(s => s.Push("b")));
        await sink.Expect("push");
        await sink.Do(s => Assert.Equal("a", s.Grab()));
    }

    [Fact]
    public async Task Outlet_must_refuse_null_and_stay_usable()
    {
        var (source, sink) = Run();
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await Assert.ThrowsAsync<ArgumentNullException>(() => source.Do(s => s.Push(null!)));
        await source.Do(s => s.Push("a"));
        await sink.Expect("push");
    }

    [Fact]
    public async Task Closed_outlet_must_refuse_a_push()
    {
        var (source, sink) = Run();
        await source.Do(s => s.KeepGoing(true));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s => s.Complete());
        await source.Do(s => Assert.True(s.Closed));
        await Assert.ThrowsAsync<ArgumentException>(() => source.Do(s => s.Push("a")));
        await sink.Expect("finish", "stopped");
    }

    [Fact]
    public async Task Element_must_be_grabbed_once()
    {
        var (source, sink) = Run();
        await Assert.ThrowsAsync<ArgumentException>(() => sink.Do(s => s.Grab()));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s => s.Push("a"));
        await sink.Expect("push");
        await sink.Do(s => Assert.True(s.Available));
        await sink.Do(s => Assert.Equal("a", s.Grab()));
        await sink.Do(s => Assert.False(s.Available));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.Do(s => s.Grab()));
    }

    [Fact]
    public async Task Ports_must_tell_their_state()
    {
        var (source, sink) = Run();
        await sink.Do(s => Assert.False(s.Pulled || s.Available || s.Closed));
        await source.Do(s => Assert.False(s.Available || s.Closed));
        await sink.Do(s =>
        {
            s.Pull();
            Assert.True(s.Pulled);
        });
        await source.Expect("pull");
        await source.Do(s =>
        {
            Assert.True(s.Available);
            s.Push("a");
            Assert.False(s.Available);
        });
        await sink.Expect("push");
        await sink.Do(s => Assert.False(s.Pulled));
    }

    [Fact]
    public async Task Element_pushed_right_before_completion_must_arrive_before_it()
    {
        var (source, sink) = Run();
        await sink.Do(s => s.KeepGoing(true));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s =>
        {
            s.Push("last");
            s.Complete();
        });
        await sink.Expect("push", "finish");
        await sink.Do(s => Assert.Equal("last", s.Grab()));
    }

    [Fact]
    public async Task Element_pushed_right_before_a_failure_must_arrive_before_it()
    {
        var (source, sink) = Run();
        await sink.Do(s => s.KeepGoing(true));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s =>
        {
            s.Push("last");
            s.Fail(new InvalidOperationException("broken"));
        });
        await sink.Expect("push", "failure: broken");
    }

    [Fact]
    public async Task Element_must_be_gone_once_the_inlet_is_cancelled()
    {
        var (source, sink) = Run();
        await sink.Do(s => s.KeepGoing(true));
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s => s.Push("a"));
        await sink.Expect("push");
        await sink.Do(s =>
        {
            s.Cancel();
            Assert.False(s.Available);
        });
        await source.Expect("cancelled: NoMoreElementsNeeded", "stopped");
    }

    [Theory]
    [InlineData(false, "cancelled: NoMoreElementsNeeded")]
    [InlineData(true, "cancelled: mine")]
    public async Task Cancellation_must_reach_the_source_with_its_cause(bool ownCause, string expected)
    {
        var (source, sink) = Run();
        await sink.Do(s =>
        {
            if (ownCause)
                s.Cancel(new InvalidOperationException("mine"));
            else
                s.Cancel();
        });
        await sink.Expect("stopped");
        await source.Expect(expected, "stopped");
    }

    [Fact]
    public async Task Completing_or_failing_a_stage_must_tell_the_source_which()
    {
        var (first, firstSink) = Run();
        await firstSink.Do(s => s.CompleteStage());
        await first.Expect("cancelled: StageWasCompleted", "stopped");

        var (second, secondSink) = Run();
        await secondSink.Do(s => s.FailStage(new InvalidOperationException("broken")));
        await second.Expect("cancelled: broken", "stopped");
    }

    [Fact]
    public async Task Exception_in_a_handler_must_fail_downstream_and_cancel_upstream_with_it()
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<string>())
            .Via(new Throwing<string>())
            .ToMaterialized(new ProbeSink<string>(), Keep.Both)
            .Run(Materializer);
        await sink.Do(s => s.Pull());
        await source.Expect("pull");
        await source.Do(s => s.Push("a"));
        await sink.Expect("failure: thrown", "stopped");
        await source.Expect("cancelled: thrown", "stopped");
    }

    private sealed class Throwing<T> : GraphStage<FlowShape<T, T>>
    {
        private readonly Inlet<T> _in = new("in");
        private readonly Outlet<T> _out = new("out");

        public Throwing() => Shape = new FlowShape<T, T>(_in, _out);

        public override FlowShape<T, T> Shape { get; }

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

        private sealed class Logic : GraphStageLogic
        {
            public Logic(Throwing<T> stage)
                : base(stage.Shape)
            {
                SetHandler(stage._in, onPush: () => throw new InvalidOperationException("thrown"));
                SetHandler(stage._out, onPull: () => Pull(stage._in));
            }
        }
    }
}
