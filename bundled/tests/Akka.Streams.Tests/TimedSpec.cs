using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class TimedSpec : StreamSpec
{
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
