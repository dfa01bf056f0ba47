using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

public class FsmSpecs : ActorSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(300);

    public enum S
    {
        Idle,
        Busy,
        Done,
    }

    [Fact]
    public async Task A_machine_must_change_state_and_data_and_reply()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        fsm.Tell("start", probe.Ref);
        fsm.Tell("add", probe.Ref);
        fsm.Tell("add", probe.Ref);
        fsm.Tell("sum", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "starting", "first", "Idle->Busy next=1", 3);
    }

    [Fact]
    public async Task GoTo_the_same_state_must_be_a_transition_and_Stay_must_not()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        await probe.Expect("Idle->Idle next=0");
        fsm.Tell("stay", probe.Ref);
        fsm.Tell("again", probe.Ref);
        await probe.Expect("stayed", "Idle->Idle next=0");
    }

    [Fact]
    public async Task Listeners_must_hear_the_current_state_and_each_transition()
    {
        var probe = NewProbe();
        var listener = NewProbe();
        var fsm = Machine(probe);
        fsm.Tell(new FSMBase.SubscribeTransitionCallBack(listener.Ref), ActorRefs.NoSender);
        Assert.Equal(new FSMBase.CurrentState<S>(fsm, S.Idle), await listener.Next());
        fsm.Tell("start", probe.Ref);
        Assert.Equal(new FSMBase.Transition<S>(fsm, S.Idle, S.Busy), await listener.Next());

        fsm.Tell(new FSMBase.UnsubscribeTransitionCallBack(listener.Ref), ActorRefs.NoSender);
        fsm.Tell("finish", probe.Ref);
        await Settled(fsm);
        listener.Ref.Tell("fence", ActorRefs.NoSender);
        await listener.Expect("fence");
    }

    [Fact]
    public async Task A_state_timeout_must_fire_when_nothing_comes()
    {
        var probe = NewProbe();
        var fsm = Machine(probe, busyTimeout: Soon);
        fsm.Tell("start", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "starting", "first", "Idle->Busy next=1", "timeout in Busy");
    }

    [Fact]
    public async Task ForMax_must_override_the_timeout_of_the_state()
    {
        var probe = NewProbe();
        var fsm = Machine(probe, busyTimeout: TimeSpan.FromHours(1));
        fsm.Tell("start for a moment", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "Idle->Busy next=0", "timeout in Busy");
    }

    [Fact]
    public async Task Any_message_must_put_a_state_timeout_off()
    {
        var probe = NewProbe();
        var fsm = Machine(probe, busyTimeout: Later);
        fsm.Tell("start", probe.Ref);
        fsm.Tell("linger", probe.Ref); // stays with ForMax(MaxValue): no timeout any more
        fsm.Tell("timer", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "starting", "first", "Idle->Busy next=1", "lingering", "tick after Later");
    }

    [Fact]
    public async Task A_named_timer_must_fire_and_a_cancelled_one_must_not()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        fsm.Tell("two timers", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "False True", "second False");
    }

    [Fact]
    public async Task Stop_must_run_the_termination_handler_with_reason_state_and_data()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        await probe.Watch(fsm);
        fsm.Tell("start", probe.Ref);
        fsm.Tell("finish", probe.Ref);
        await probe.Expect(
            "Idle->Idle next=0", "starting", "first", "Idle->Busy next=1", "bye", "terminated Normal in Busy with 7");
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task A_machine_stopped_from_outside_must_terminate_with_Shutdown()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        await probe.Expect("Idle->Idle next=0");
        System.Stop(fsm);
        await probe.Expect("terminated Shutdown in Idle with 0");
    }

    [Fact]
    public async Task A_failure_reason_must_reach_the_termination_handler()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        fsm.Tell("fail", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "terminated Failure(broken) in Idle with 0");
    }

    [Fact]
    public async Task An_event_without_handler_must_go_to_WhenUnhandled()
    {
        var probe = NewProbe();
        var fsm = Machine(probe);
        fsm.Tell("what?", probe.Ref);
        await probe.Expect("Idle->Idle next=0", "unhandled what? in Idle");
    }

    private IActorRef Machine(Probe probe, TimeSpan? busyTimeout = null) => System.ActorOf(Props.Create(() => new Fsm(probe.Ref, busyTimeout)));

    private sealed class Fsm : FSM<S, int>
    {
        public Fsm(IActorRef probe, TimeSpan? busyTimeout)
        {
            StartWith(S.Idle, 0);

            When(S.Idle, e => e.FsmEvent switch
            {
                "start" => GoTo(S.Busy).Using(1).Replying("starting").Replying("first"),
                "start for a moment" => GoTo(S.Busy).ForMax(Soon),
                "again" => GoTo(S.Idle),
                "stay" => Stay().Replying("stayed"),
                "two timers" => TwoTimers(),
                "second" => Answer(probe, $"second {IsTimerActive("b")}"),
                "fail" => Stop(new Failure("broken")),
                _ => null!,
            });

            When(
                S.Busy,
                e => e.FsmEvent switch
                {
                    "add" => Stay().Using(e.StateData + 1),
                    "sum" => Stay().Replying(e.StateData),
                    "linger" => Stay().ForMax(TimeSpan.MaxValue).Replying("lingering"),
                    "timer" => OneTimer(),
                    "tick" => Answer(probe, "tick after Later"),
                    "finish" => Stop(Normal.Instance, 7).Replying("bye"),
                    StateTimeout => Answer(probe, "timeout in Busy"),
                    _ => null!,
                },
                busyTimeout);

            WhenUnhandled(e => Answer(probe, $"unhandled {e.FsmEvent} in {StateName}"));
            OnTransition((from, to) => probe.Tell($"{from}->{to} next={NextStateData}"));
            OnTermination(e => probe.Tell(
                $"terminated {(e.Reason is Failure f ? f.ToString() : e.Reason.GetType().Name)} in {e.TerminatedState} with {e.StateData}"));
            Initialize();
        }

        private State<S, int> Answer(IActorRef probe, string text)
        {
            probe.Tell(text);
            return Stay();
        }

        private State<S, int> OneTimer()
        {
            SetTimer("t", "tick", Later + Later);
            return Stay().ForMax(TimeSpan.MaxValue);
        }

        private State<S, int> TwoTimers()
        {
            SetTimer("a", "first", Soon);
            CancelTimer("a");
            SetTimer("b", "second", Later);
            return Stay().Replying($"{IsTimerActive("a")} {IsTimerActive("b")}");
        }
    }
}
