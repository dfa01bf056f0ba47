using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

public class SupervisionSpecs : ActorSpec
{
    [Fact]
    public async Task A_restart_must_call_the_hooks_in_order_and_keep_ref_and_mailbox()
    {
        var probe = NewProbe();
        var parent = Parent(new OneForOneStrategy(_ => Directive.Restart));
        var child = await Child(parent, probe, "a");

        child.Tell(new Boom("one"), ActorRefs.NoSender);
        child.Tell("still here", ActorRefs.NoSender);

        await probe.Expect(
            "a1 PreRestart one Boom { Why = one }", "a1 PostStop", "a2 created", "a2 PostRestart one", "a2 PreStart", "a2 got still here");
    }

    [Fact]
    public async Task A_resume_must_keep_the_instance()
    {
        var probe = NewProbe();
        var parent = Parent(new OneForOneStrategy(_ => Directive.Resume));
        var child = await Child(parent, probe, "a");

        child.Tell(new Boom("one"), ActorRefs.NoSender);
        child.Tell("still here", ActorRefs.NoSender);

        await probe.Expect("a1 got still here");
    }

    [Fact]
    public async Task A_stop_must_run_PostStop_and_end_the_actor()
    {
        var probe = NewProbe();
        var parent = Parent(new OneForOneStrategy(_ => Directive.Stop));
        var child = await Child(parent, probe, "a");
        await probe.Watch(child);

        child.Tell(new Boom("one"), ActorRefs.NoSender);

        await probe.Expect("a1 PostStop");
        Assert.Equal(child, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task An_escalation_must_make_the_parent_fail_with_the_childs_exception()
    {
        var probe = NewProbe();
        var grandparent = Parent(new OneForOneStrategy(e => e.Message == "one" ? Directive.Restart : Directive.Stop));
        var parent = await Made(grandparent, probe, new OneForOneStrategy(_ => Directive.Escalate));
        var child = await Child(parent, probe, "a");

        child.Tell(new Boom("one"), ActorRefs.NoSender);

        await probe.Expect("p PreRestart one", "a1 PostStop", "p created", "p PostRestart one");
    }

    [Fact]
    public async Task The_default_must_restart_on_failure_and_stop_when_killed()
    {
        var probe = NewProbe();
        var parent = Parent(null);
        var child = await Child(parent, probe, "a");
        await probe.Watch(child);

        child.Tell(new Boom("one"), ActorRefs.NoSender);
        await probe.Expect(
            "a1 PreRestart one Boom { Why = one }", "a1 PostStop", "a2 created", "a2 PostRestart one", "a2 PreStart");
        child.Tell(Kill.Instance, ActorRefs.NoSender);

        await probe.Expect("a2 PostStop");
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task A_child_must_be_stopped_when_it_fails_more_often_than_allowed()
    {
        var probe = NewProbe();
        var parent = Parent(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        var child = await Child(parent, probe, "a");
        await probe.Watch(child);

        for (var i = 0; i < 3; i++)
            child.Tell(new Boom("x"), ActorRefs.NoSender);

        object last;
        var restarts = 0;
        while ((last = await probe.Next()) is not Terminated)
            restarts += last is string s && s.Contains("PostRestart", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(2, restarts);
    }

    [Fact]
    public async Task All_for_one_must_restart_the_siblings_too()
    {
        var probe = NewProbe();
        var parent = Parent(new AllForOneStrategy(_ => Directive.Restart));
        var a = await Child(parent, probe, "a");
        var b = await Child(parent, probe, "b");

        a.Tell(new Boom("one"), ActorRefs.NoSender);
        var seen = new HashSet<string>();
        while (!seen.IsSupersetOf(["a2 PreStart", "b2 PreStart"]))
            seen.Add((string)await probe.Next());
        b.Tell("hi", ActorRefs.NoSender);

        await probe.Expect("b2 got hi");
        Assert.Contains("b1 PreRestart one ", seen);
    }

    [Fact]
    public async Task A_restarted_actor_must_stop_its_children_before_the_next_incarnation_is_made()
    {
        var probe = NewProbe();
        var grandparent = Parent(new OneForOneStrategy(_ => Directive.Restart));
        var parent = await Made(grandparent, probe, new OneForOneStrategy(_ => Directive.Stop));
        await Child(parent, probe, "a");

        parent.Tell(new Boom("one"), ActorRefs.NoSender);
        await probe.Expect("p PreRestart one", "a1 PostStop", "p created", "p PostRestart one");

        await Child(parent, probe, "a"); // the name is free again
    }

    [Fact]
    public async Task An_actor_whose_constructor_throws_must_be_stopped_and_its_parent_asked()
    {
        var probe = NewProbe();
        var cause = new TaskCompletionSource<Exception>();
        var parent = Parent(new OneForOneStrategy(e =>
        {
            cause.TrySetResult(e);
            return SupervisorStrategy.DefaultDecider.Decide(e);
        }));

        parent.Tell(Props.Create(() => new Stillborn()), probe.Ref);
        await probe.Watch(await probe.Expect<IActorRef>());

        await probe.Expect<Terminated>();
        Assert.IsType<ActorInitializationException>(await cause.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_suspended_actor_must_not_take_messages_until_its_parent_has_decided()
    {
        var probe = NewProbe();
        var deciding = new TaskCompletionSource();
        var decide = new ManualResetEventSlim();
        var parent = Parent(new OneForOneStrategy(_ =>
        {
            deciding.TrySetResult();
            decide.Wait(Patience);
            return Directive.Resume;
        }));
        var child = await Child(parent, probe, "a");

        child.Tell(new Boom("one"), ActorRefs.NoSender);
        await deciding.Task.WaitAsync(Patience);
        child.Tell("later", ActorRefs.NoSender);
        probe.Ref.Tell("decided", ActorRefs.NoSender);
        decide.Set();

        await probe.Expect("decided", "a1 got later");
    }

    [Fact]
    public async Task A_failing_PostStop_must_not_keep_the_actor_from_ending()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new BadEnd()));
        await probe.Watch(actor);
        actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task Stopping_a_parent_must_end_its_children_first()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Props.Create(() => new Supervisor(probe.Ref, null!, "p")));
        await probe.Expect("p created");
        await Child(parent, probe, "a");
        await Child(parent, probe, "b");

        System.Stop(parent);

        var ends = new[] { await probe.Next(), await probe.Next() };
        Assert.Equal(["a1 PostStop", "b1 PostStop"], ends.Order());
        await probe.Expect("p PostStop");
    }

    [Fact]
    public async Task A_name_must_be_unique_among_living_children_and_well_formed()
    {
        var actor = System.ActorOf(Props.Create(() => new Stopped()), "one");
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Create(() => new Stopped()), "one"));
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Create(() => new Stopped()), "a/b"));
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Create(() => new Stopped()), ""));
        Assert.Throws<InvalidActorNameException>(() => System.ActorOf(Props.Create(() => new Stopped()), "$x"));
        await Settled(actor);
    }

    private IActorRef Parent(SupervisorStrategy? strategy) =>
        System.ActorOf(Props.Create(() => new Supervisor(ActorRefs.Nobody, strategy!, "top")));

    private static async Task<IActorRef> Made(IActorRef grandparent, Probe probe, SupervisorStrategy strategy)
    {
        grandparent.Tell(Props.Create(() => new Supervisor(probe.Ref, strategy, "p")), probe.Ref);
        object[] both = [await probe.Next(), await probe.Next()]; // the ref, and that it was created, in either order
        Assert.Contains("p created", both);
        return both.OfType<IActorRef>().Single();
    }

    private static async Task<IActorRef> Child(IActorRef parent, Probe probe, string name)
    {
        var count = new StrongBox();
        parent.Tell(new Named(name, Props.Create(() => new Life(probe.Ref, name, count))), probe.Ref);
        IActorRef? child = null;
        for (var i = 0; i < 3; i++)
        {
            switch (await probe.Next())
            {
                case IActorRef made:
                    child = made;
                    break;
                case string said:
                    Assert.Contains(said, new[] { $"{name}1 created", $"{name}1 PreStart" });
                    break;
            }
        }

        return child!;
    }

    private sealed record Boom(string Why);

    private sealed record Named(string Name, Props Props);

    private sealed class StrongBox
    {
        public int Value;
    }

    private sealed class Supervisor : ReceiveActor
    {
        private readonly IActorRef _probe;
        private readonly SupervisorStrategy? _strategy;
        private readonly string _name;

        public Supervisor(IActorRef probe, SupervisorStrategy strategy, string name)
        {
            _probe = probe;
            _strategy = strategy;
            _name = name;
            probe.Tell($"{name} created");
            Receive<Props>(p => Sender.Tell(Context.ActorOf(p)));
            Receive<Named>(n => Sender.Tell(Context.ActorOf(n.Props, n.Name)));
            Receive<Boom>(b => throw new InvalidOperationException(b.Why));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy ?? base.SupervisorStrategy();

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell($"{_name} PreRestart {reason.Message}");
            foreach (var child in Context.GetChildren())
                Context.Stop(child);
        }

        protected override void PostRestart(Exception reason) => _probe.Tell($"{_name} PostRestart {reason.Message}");

        protected override void PostStop() => _probe.Tell($"{_name} PostStop");
    }

    private sealed class Life : ReceiveActor
    {
        private readonly IActorRef _probe;
        private readonly string _name;

        public Life(IActorRef probe, string name, StrongBox incarnations)
        {
            _probe = probe;
            _name = name + ++incarnations.Value;
            Say("created");
            Receive<Boom>(b => throw new InvalidOperationException(b.Why));
            Receive<string>(s => Say("got " + s));
        }

        protected override void PreStart() => Say("PreStart");

        protected override void PostStop() => Say("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            Say($"PreRestart {reason.Message} {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            Say($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }

        private void Say(string what) => _probe.Tell($"{_name} {what}");
    }

    private sealed class Stillborn : UntypedActor
    {
        public Stillborn() => throw new InvalidOperationException("stillborn");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class BadEnd : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }

        protected override void PostStop() => throw new InvalidOperationException("bad end");
    }

    private sealed class Stopped : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}
