using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Configs;

namespace ActorTransfer.Bundled.Tests.TestKit;

public class VirtualTimeTests : Akka.TestKit.Xunit2.TestKit
{
    public VirtualTimeTests() : base(TestConfigs.TestSchedulerConfig)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Time_must_move_only_when_told()
    {
        var start = Scheduler.Now;

        Scheduler.Advance(TimeSpan.FromHours(1));
        Assert.Equal(start.AddHours(1), Scheduler.Now);
        Scheduler.AdvanceTo(start.AddHours(3));

        Assert.Equal(start.AddHours(3), Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(start));
    }

    [Fact]
    public void Scheduled_messages_must_arrive_in_the_order_of_their_time()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(3), TestActor, "third", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "first", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "second", ActorRefs.NoSender);

        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(HasMessages);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        ExpectMsg("first", TimeSpan.Zero);
        Scheduler.Advance(TimeSpan.FromSeconds(10));

        ExpectMsg("second");
        ExpectMsg("third");
        Assert.False(HasMessages);
    }

    [Fact]
    public void Cancelled_message_must_not_arrive()
    {
        var cancelled = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromSeconds(1), TestActor, "no", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "yes", ActorRefs.NoSender);

        cancelled.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("yes");
        Assert.False(HasMessages);
    }

    [Fact]
    public void Repeated_message_must_arrive_each_interval_until_cancelled()
    {
        var tick = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TestActor, "tick", ActorRefs.NoSender);

        Scheduler.Advance(TimeSpan.FromSeconds(5));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(HasMessages);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        ExpectMsg("tick");

        tick.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(10));
        Assert.False(HasMessages);
    }

    [Fact]
    public void Scheduled_action_must_run_on_the_advancing_thread()
    {
        var ranOn = 0;
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(1), () => ranOn = Environment.CurrentManagedThreadId);

        Scheduler.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
    }

    [Fact]
    public void Timers_of_an_actor_must_follow_virtual_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Ticking(TestActor)));
        Settle(actor);

        Scheduler.Advance(TimeSpan.FromSeconds(30));
        ExpectMsg("every half minute");
        Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        ExpectMsgAllOf("every half minute", "after a minute");
        Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(30));

        ExpectMsg("every half minute");
        Settle(actor);
        Assert.False(HasMessages);
    }

    [Fact]
    public void Receive_timeout_must_follow_virtual_time_and_start_again_with_each_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle(TestActor)));
        Settle(actor);
        Settle(actor); // the answer to the first comes before its own message is done with

        Scheduler.Advance(TimeSpan.FromSeconds(59));
        actor.Tell("busy");
        Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(59));
        Settle(actor);
        Assert.False(HasMessages);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("idle");
    }

    [Fact]
    public void State_timeout_of_a_state_machine_must_follow_virtual_time()
    {
        var door = Sys.ActorOf(Props.Create(() => new Door(TestActor)));

        door.Tell("open");
        Identify(door);
        Scheduler.Advance(TimeSpan.FromSeconds(9));
        Identify(door);
        Assert.False(HasMessages);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("closed by itself");
        Identify(door);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        Identify(door);
        Assert.False(HasMessages);
    }

    [Fact]
    public void State_timeout_must_not_fire_when_the_state_was_left()
    {
        var door = Sys.ActorOf(Props.Create(() => new Door(TestActor)));

        door.Tell("open");
        door.Tell("close");
        Identify(door);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        Identify(door);

        Assert.False(HasMessages);
    }

    [Fact]
    public void Named_timer_of_a_state_machine_must_follow_virtual_time_and_end_when_cancelled()
    {
        var door = Sys.ActorOf(Props.Create(() => new Door(TestActor)));
        door.Tell("remind");
        Identify(door);

        Scheduler.Advance(TimeSpan.FromSeconds(5));
        ExpectMsg("reminded");
        door.Tell("remind");
        door.Tell("forget");
        Identify(door);
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        Identify(door);

        Assert.False(HasMessages);
    }

    /// <summary>Returns when the actor has finished all it was sent before, without touching its receive timeout.</summary>
    private void Settle(IActorRef actor)
    {
        var probe = CreateTestProbe();
        probe.Send(actor, new Ping());
        probe.ExpectMsg<Ping>();
    }

    /// <summary>As <see cref="Settle"/> for a state machine, whose state timeout any message of its own would restart.</summary>
    private void Identify(IActorRef actor)
    {
        var probe = CreateTestProbe();
        probe.Send(actor, new Identify(1));
        probe.ExpectMsg<ActorIdentity>();
    }

    private sealed class Ping : INotInfluenceReceiveTimeout
    {
    }

    private sealed class Ticking : ReceiveActor, IWithTimers
    {
        public Ticking(IActorRef observer)
        {
            Receive<Ping>(ping => Sender.Tell(ping));
            Receive<string>(text => observer.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Timers.StartSingleTimer("once", "after a minute", TimeSpan.FromMinutes(1));
            Timers.StartPeriodicTimer("again", "every half minute", TimeSpan.FromSeconds(30));
            Timers.StartSingleTimer("never", "never", TimeSpan.FromSeconds(1));
            Timers.Cancel("never");
        }
    }

    private sealed class Idle : ReceiveActor
    {
        public Idle(IActorRef observer)
        {
            SetReceiveTimeout(TimeSpan.FromMinutes(1));
            Receive<Ping>(ping => Sender.Tell(ping));
            Receive<ReceiveTimeout>(_ => observer.Tell("idle"));
            Receive<string>(_ => { });
        }
    }

    private sealed class Door : FSM<string, int>
    {
        public Door(IActorRef observer)
        {
            StartWith("closed", 0);
            When("closed", e => e.FsmEvent is "open" ? GoTo("open") : null);
            When(
                "open",
                e =>
                {
                    if (e.FsmEvent is StateTimeout)
                        observer.Tell("closed by itself");
                    return e.FsmEvent is StateTimeout or "close" ? GoTo("closed") : null;
                },
                TimeSpan.FromSeconds(10));
            WhenUnhandled(e =>
            {
                switch (e.FsmEvent)
                {
                    case "remind":
                        SetTimer("reminder", "reminder", TimeSpan.FromSeconds(5), repeat: false);
                        break;
                    case "forget":
                        CancelTimer("reminder");
                        break;
                    case "reminder":
                        observer.Tell("reminded");
                        break;
                }

                return Stay();
            });
            Initialize();
        }
    }
}
