using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

public class StashTimerSpecs : ActorSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(120);

    [Fact]
    public async Task Unstashed_messages_must_come_in_order_before_those_that_wait()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref)));

        foreach (var m in new[] { "a", "b", "open", "c" })
            actor.Tell(m, probe.Ref);

        await probe.Expect("opened", "a", "b", "c");
    }

    [Fact]
    public async Task Stashed_messages_must_survive_a_restart()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref)));

        foreach (var m in new[] { "a", "b", "fail", "open", "c" })
            actor.Tell(m, probe.Ref);

        await probe.Expect("restarted", "opened", "a", "b", "c");
    }

    [Fact]
    public async Task A_message_must_not_be_stashed_twice()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref)));
        actor.Tell("twice", probe.Ref);
        await probe.Expect("refused");
    }

    [Fact]
    public async Task What_is_stashed_when_the_actor_ends_must_go_to_the_dead_letters()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(Akka.Event.DeadLetter));
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref)));
        actor.Tell("a", probe.Ref);
        actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        Assert.Equal("a", (await probe.Expect<Akka.Event.DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_timer_must_fire_once_and_then_be_inactive()
    {
        var probe = NewProbe();
        var actor = Timed(probe, (m, c, t) =>
        {
            if (m is "go")
                t.StartSingleTimer("k", "tick", Soon);
            else
                probe.Ref.Tell($"{m} {t.IsTimerActive("k")}");
        });
        actor.Tell("go");
        await probe.Expect("tick False");
    }

    [Fact]
    public async Task A_periodic_timer_must_go_on_until_cancelled()
    {
        var probe = NewProbe();
        var count = 0;
        var actor = Timed(probe, (m, c, t) =>
        {
            switch (m)
            {
                case "go":
                    t.StartPeriodicTimer("k", "tick", Soon);
                    break;
                case "tick":
                    probe.Ref.Tell(++count);
                    if (count == 3)
                    {
                        t.Cancel("k");
                        t.StartSingleTimer("end", "end", Later);
                    }

                    break;
                default:
                    probe.Ref.Tell(m);
                    break;
            }
        });
        actor.Tell("go");
        await probe.Expect(1, 2, 3, "end");
    }

    [Fact]
    public async Task A_cancelled_timer_must_not_be_heard_when_its_message_waits_in_the_mailbox_already()
    {
        var probe = NewProbe();
        var actor = Timed(probe, (m, c, t) =>
        {
            switch (m)
            {
                case "go":
                    t.StartSingleTimer("old", "old", TimeSpan.Zero);
                    t.StartSingleTimer("replaced", "first", TimeSpan.Zero);
                    // Told from the same scheduler thread later, so both messages above are in the mailbox when this wait is over.
                    using (var both = new ManualResetEventSlim())
                    {
                        c.System.Scheduler.Advanced.ScheduleOnce(Soon, both.Set);
                        both.Wait(Patience);
                    }

                    t.Cancel("old");
                    t.StartSingleTimer("replaced", "second", Soon);
                    break;
                default:
                    probe.Ref.Tell(m);
                    break;
            }
        });
        actor.Tell("go");
        await probe.Expect("second");
    }

    [Fact]
    public async Task Timers_must_end_with_the_incarnation()
    {
        var probe = NewProbe();
        var actor = Timed(probe, (m, c, t) =>
        {
            switch (m)
            {
                case "go":
                    t.StartSingleTimer("old", "of the first life", Later);
                    throw new InvalidOperationException("as told");
                case "again":
                    t.StartSingleTimer("new", "of the second life", Later + Later);
                    break;
                default:
                    probe.Ref.Tell(m);
                    break;
            }
        });
        actor.Tell("go");
        actor.Tell("again");
        await probe.Expect("of the second life");
    }

    [Fact]
    public async Task A_receive_timeout_must_come_after_silence_and_again_until_switched_off()
    {
        var probe = NewProbe();
        var left = 2;
        var actor = System.ActorOf(Inline.Props((m, c) =>
        {
            switch (m)
            {
                case "on":
                    c.SetReceiveTimeout(Soon);
                    break;
                case ReceiveTimeout:
                    probe.Ref.Tell("silence");
                    if (--left == 0)
                    {
                        c.SetReceiveTimeout(null);
                        c.System.Scheduler.ScheduleTellOnce(Later, c.Self, "end", c.Self);
                    }

                    break;
                default:
                    probe.Ref.Tell(m);
                    break;
            }
        }));
        actor.Tell("on");
        await probe.Expect("silence", "silence", "end");
    }

    [Fact]
    public async Task A_receive_timeout_must_be_put_off_by_messages_but_not_by_those_marked_so()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Inline.Props((m, c) =>
        {
            switch (m)
            {
                case "on":
                    c.SetReceiveTimeout(Later);
                    c.System.Scheduler.ScheduleTellRepeatedly(Soon, Soon, c.Self, Quiet.Instance, c.Self);
                    break;
                case ReceiveTimeout:
                    probe.Ref.Tell("silence");
                    c.Stop(c.Self);
                    break;
            }
        }));
        actor.Tell("on");
        await probe.Expect("silence");
    }

    private IActorRef Timed(Probe probe, Action<object, IUntypedActorContext, ITimerScheduler> handle) =>
        System.ActorOf(Props.Create(() => new TimedActor(handle)));

    private sealed class Quiet : INotInfluenceReceiveTimeout
    {
        public static readonly Quiet Instance = new();
    }

    private sealed class TimedActor : UntypedActor, IWithTimers
    {
        private readonly Action<object, IUntypedActorContext, ITimerScheduler> _handle;

        public TimedActor(Action<object, IUntypedActorContext, ITimerScheduler> handle) => _handle = handle;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message) => _handle(message, Context, Timers);
    }

    private sealed class Stashing : ReceiveActor, IWithStash
    {
        private readonly IActorRef _probe;

        public Stashing(IActorRef probe)
        {
            _probe = probe;
            Receive<string>(m => m == "open", _ =>
            {
                probe.Tell("opened");
                Become(() => ReceiveAny(m => probe.Tell(m)));
                Stash.UnstashAll();
            });
            Receive<string>(m => m == "fail", _ => throw new InvalidOperationException("as told"));
            Receive<string>(m => m == "twice", _ =>
            {
                Stash.Stash();
                try
                {
                    Stash.Stash();
                }
                catch (IllegalActorStateException)
                {
                    probe.Tell("refused");
                }
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        protected override void PostRestart(Exception reason) => _probe.Tell("restarted");
    }
}
