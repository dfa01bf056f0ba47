using System.Diagnostics;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class TimedSpec : StreamSpec
{
    [Fact]
    public async Task Throttle_must_take_the_time_that_its_rate_asks_for()
    {
        var clock = Stopwatch.StartNew();
        var all = await Source.From(Enumerable.Range(0, 6)).Throttle(1, TimeSpan.FromMilliseconds(50), 1, ThrottleMode.Shaping)
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 6), all);
        Assert.InRange(clock.ElapsedMilliseconds, 200, 20_000);
    }

    [Fact]
    public async Task Throttle_must_let_a_burst_pass()
    {
        var clock = Stopwatch.StartNew();
        await Source.From(Enumerable.Range(0, 10)).Throttle(1, TimeSpan.FromHours(1), 10, ThrottleMode.Enforcing)
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 20_000);
    }

    [Fact]
    public async Task Throttle_must_count_what_elements_cost()
    {
        var clock = Stopwatch.StartNew();
        await Source.From([10, 10, 10]).Throttle(100, TimeSpan.FromSeconds(1), 10, n => n, ThrottleMode.Shaping)
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
        Assert.InRange(clock.ElapsedMilliseconds, 150, 20_000);
    }

    [Fact]
    public async Task Enforcing_throttle_must_fail_what_is_too_fast() =>
        await Assert.ThrowsAsync<OverflowException>(() => Source.From(Enumerable.Range(0, 5))
            .Throttle(1, TimeSpan.FromHours(1), 2, ThrottleMode.Enforcing)
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));

    [Fact]
    public async Task Timeouts_must_fail_a_silent_stream()
    {
        var soon = TimeSpan.FromMilliseconds(100);
        await Assert.ThrowsAsync<TimeoutException>(() => Source.Maybe<int>().IdleTimeout(soon).RunWith(Sink.Seq<int>(), Materializer));
        await Assert.ThrowsAsync<TimeoutException>(() => Source.Maybe<int>().InitialTimeout(soon).RunWith(Sink.Seq<int>(), Materializer));
        await Assert.ThrowsAsync<TimeoutException>(() => Source.Repeat(1).CompletionTimeout(soon).RunWith(Sink.Last<int>(), Materializer));
    }

    [Fact]
    public async Task Timeouts_must_leave_a_quick_stream_alone()
    {
        var late = TimeSpan.FromHours(1);
        var all = Source.From([1, 2]).IdleTimeout(late).InitialTimeout(late).CompletionTimeout(late).RunWith(Sink.Seq<int>(), Materializer);
        Assert.Equal([1, 2], await all.WaitAsync(Patience));
    }

    [Fact]
    public async Task Ticks_must_come_until_they_are_cancelled()
    {
        var (ticks, all) = Source.Tick(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), "tick")
            .ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer);
        var three = Source.Tick(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), "tick").Take(3).RunWith(Sink.Seq<string>(), Materializer);
        Assert.Equal(["tick", "tick", "tick"], await three.WaitAsync(Patience));
        ticks.Cancel();
        await all.WaitAsync(Patience);
    }

    [Fact]
    public async Task Timers_must_fire_once_or_repeatedly_and_not_after_they_are_cancelled()
    {
        var (events, end) = Source.FromGraph(new TimerSource()).ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(Materializer);
        await end.WaitAsync(Patience);
        Assert.Equal(["inactive", "once", "again", "again", "again", "restarted", "stop"], events);
    }

    /// <summary>Each timer starts the next; one that is cancelled, and the first start of one that is restarted, must not show up.</summary>
    private sealed class TimerSource : GraphStageWithMaterializedValue<SourceShape<int>, List<string>>
    {
        private readonly Outlet<int> _out = new("out");

        public override SourceShape<int> Shape => new(_out);

        public override ILogicAndMaterializedValue<List<string>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            var events = new List<string>();
            return new LogicAndMaterializedValue<List<string>>(new Logic(Shape, events), events);
        }

        private sealed class Logic : TimerGraphStageLogic
        {
            private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);
            private readonly List<string> _events;

            public Logic(SourceShape<int> shape, List<string> events)
                : base(shape)
            {
                _events = events;
                SetHandler(shape.Outlet, onPull: () => { });
            }

            public override void PreStart()
            {
                ScheduleOnce("cancelled", s_short);
                CancelTimer("cancelled");
                _events.Add(IsTimerActive("cancelled") ? "active" : "inactive");
                ScheduleOnce("once", s_short);
            }

            protected override void OnTimer(object timerKey)
            {
                _events.Add((string)timerKey);
                switch (timerKey)
                {
                    case "once":
                        Assert.False(IsTimerActive("once"));
                        ScheduleRepeatedly("again", s_short);
                        break;
                    case "again" when _events.Count(e => e == "again") == 3:
                        CancelTimer("again");
                        ScheduleOnce("restarted", TimeSpan.Zero);
                        ScheduleOnce("restarted", s_short);
                        break;
                    case "restarted":
                        ScheduleOnce("stop", s_short);
                        break;
                    case "stop":
                        CompleteStage();
                        break;
                }
            }
        }
    }
}
