using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace ActorTransfer.Bundled.Tests.Actor;

public class SystemSpecs : ActorSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(120);

    [Fact]
    public async Task What_is_told_to_an_ended_actor_must_be_published_as_a_dead_letter()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Inline.Props((_, _) => { }));
        Assert.True(await actor.GracefulStop(Patience));
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));

        actor.Tell("hello", probe.Ref);

        var letter = await probe.Expect<DeadLetter>();
        Assert.Equal(("hello", probe.Ref, actor), ((string)letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public async Task What_waits_in_the_mailbox_of_an_ending_actor_must_become_dead_letters()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var goOn = new ManualResetEventSlim();
        var actor = System.ActorOf(Inline.Props((_, c) =>
        {
            goOn.Wait(Patience);
            c.Stop(c.Self);
        }));
        for (var i = 0; i < 3; i++)
            actor.Tell(i, ActorRefs.NoSender);
        goOn.Set();
        Assert.Equal(1, (await probe.Expect<DeadLetter>()).Message);
        Assert.Equal(2, (await probe.Expect<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_poison_pill_for_the_dead_must_be_suppressed()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(AllDeadLetters));
        System.DeadLetters.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        Assert.Same(PoisonPill.Instance, (await probe.Expect<SuppressedDeadLetter>()).Message);
    }

    [Fact]
    public async Task The_event_stream_must_tell_subscribers_of_a_base_type_too_and_forget_the_unsubscribed()
    {
        var probe = NewProbe();
        var stream = System.EventStream;
        Assert.True(stream.Subscribe(probe.Ref, typeof(Fruit)));
        Assert.True(stream.Subscribe(probe.Ref, typeof(IComparable)));
        stream.Publish(new Apple());
        stream.Publish("text");
        Assert.True(stream.Unsubscribe(probe.Ref, typeof(Fruit)));
        stream.Publish(new Apple());
        stream.Publish("fence");
        await probe.Expect<Apple>();
        await probe.Expect("text", "fence");
    }

    [Fact]
    public async Task An_actors_crash_must_be_logged_with_its_path_and_cause()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(Error));
        var actor = System.ActorOf(Inline.Props((m, _) => ThrowMessage(m)), "crashing");
        actor.Tell("crash", ActorRefs.NoSender);
        var error = await probe.Expect<Error>();
        Assert.Equal(("akka://spec/user/crashing", "crash", "crash"), (error.LogSource, error.Message.ToString(), error.Cause.Message));
    }

    [Fact]
    public async Task Log_lines_must_be_published_with_level_source_and_filled_template()
    {
        var probe = NewProbe();
        var system = ActorSystem.Create("talking", ConfigurationFactory.ParseString("akka.loglevel = INFO, akka.loggers = []").WithFallback(Quiet));
        system.EventStream.Subscribe(probe.Ref, typeof(LogEvent));
        var log = Logging.GetLogger(system, "source");
        log.Debug("not this");
        log.Info("sent {0} of {1}", 1, 2);
        log.Warning(new InvalidOperationException("because"), "careful");

        var info = await probe.Expect<Info>();
        Assert.Equal("sent 1 of 2", info.Message.ToString());
        Assert.StartsWith("source", info.LogSource, StringComparison.Ordinal);
        Assert.Equal([1, 2], Assert.IsAssignableFrom<LogMessage>(info.Message).Parameters());
        var warning = await probe.Expect<Warning>();
        Assert.Equal(("careful", "because"), (warning.Message.ToString(), warning.Cause.Message));
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task The_scheduler_must_tell_in_order_of_time_and_never_what_was_cancelled()
    {
        var probe = NewProbe();
        var scheduler = System.Scheduler;
        scheduler.ScheduleTellOnce(Later, probe.Ref, "later", ActorRefs.NoSender);
        scheduler.ScheduleTellOnceCancelable(Soon + Soon, probe.Ref, "cancelled", ActorRefs.NoSender).Cancel();
        scheduler.ScheduleTellOnce(Soon, probe.Ref, "soon", ActorRefs.NoSender);
        await probe.Expect("soon", "later");
    }

    [Fact]
    public async Task The_scheduler_must_repeat_until_cancelled_and_run_actions()
    {
        var probe = NewProbe();
        var left = 3;
        var ended = new TaskCompletionSource();
        ICancelable? cancel = null;
        var repeated = new Cancelable(System.Scheduler);
        cancel = repeated;
        System.Scheduler.Advanced.ScheduleRepeatedly(
            TimeSpan.Zero,
            Soon,
            () =>
            {
                probe.Ref.Tell("tick", ActorRefs.NoSender);
                if (--left == 0)
                {
                    cancel.Cancel();
                    System.Scheduler.Advanced.ScheduleOnce(Later, () => ended.SetResult());
                }
            },
            repeated);
        await ended.Task.WaitAsync(Patience);
        probe.Ref.Tell("fence", ActorRefs.NoSender);
        await probe.Expect("tick", "tick", "tick", "fence");
    }

    [Fact]
    public async Task A_selection_must_find_the_actor_at_its_path()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(
            Inline.Props((_, c) =>
            {
                c.ActorOf(Props.Create(() => new Echo(probe.Ref)), "a1");
                c.Sender.Tell("ready");
            }),
            "parent");
        await parent.Ask<string>("go", Patience);

        System.ActorSelection(parent.Path / "a1").Tell("by path");
        await probe.Expect("a1 by path");
        var found = await System.ActorSelection(parent.Path / "a1").ResolveOne(Patience);
        Assert.Equal("akka://spec/user/parent/a1", found.Path.ToString());
        await Assert.ThrowsAsync<ActorNotFoundException>(() => System.ActorSelection(parent.Path / "nobody").ResolveOne(Patience));
    }

    [Fact]
    public void A_path_must_show_its_parts()
    {
        var path = System.ActorOf(Inline.Props((_, _) => { }), "one").Path;
        Assert.Equal("one", path.Name);
        Assert.Equal("/user/one", path.ToStringWithoutAddress());
        Assert.Equal("akka://spec/user/one", path.ToString());
        Assert.Equal(["user", "one"], path.Elements);
        Assert.Equal("akka://spec", path.Address.ToString());
        Assert.NotEqual(0, path.Uid);
    }

    [Fact]
    public async Task Shutdown_tasks_must_run_phase_by_phase_and_those_of_a_phase_side_by_side()
    {
        var said = new ConcurrentQueue<string>();
        var system = ActorSystem.Create("ordered", Quiet);
        var shutdown = CoordinatedShutdown.Get(system);
        var both = new[] { new TaskCompletionSource<Done>(), new TaskCompletionSource<Done>() };
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "late", () => Say(said, "late"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => throw new InvalidOperationException("no"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "one", () => Meet(both[0], both[1], said));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "two", () => Meet(both[1], both[0], said));
        Assert.Null(shutdown.ShutdownReason);

        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);
        await system.WhenTerminated.WaitAsync(Patience);

        Assert.Equal(["met", "met", "late"], said);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_phase_must_not_hold_the_shutdown_longer_than_its_timeout()
    {
        var system = ActorSystem.Create(
            "stuck", ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-stop.timeout = 50ms").WithFallback(Quiet));
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "stuck", () => new TaskCompletionSource<Done>().Task);
        Assert.Equal(TimeSpan.FromMilliseconds(50), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        await system.Terminate().WaitAsync(Patience);
        await system.WhenTerminated.WaitAsync(Patience);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Terminate_must_end_all_actors_and_run_callbacks_and_refuse_new_actors()
    {
        var system = ActorSystem.Create("ending", Quiet);
        var stopped = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new LastWords(stopped)));
        system.RegisterOnTermination(called.SetResult);

        await system.Terminate().WaitAsync(Patience);
        await system.WhenTerminated.WaitAsync(Patience);

        Assert.True(stopped.Task.IsCompleted && called.Task.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Echo(ActorRefs.Nobody))));
    }

    [Fact]
    public async Task A_setup_must_reach_the_settings_and_an_extension_must_exist_once()
    {
        var system = ActorSystem.Create(
            "setup", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(Quiet.WithFallback(ConfigurationFactory.ParseString("my.key = 7")))).And(new MySetup(5)));
        Assert.Equal(7, system.Settings.Config.GetInt("my.key"));
        Assert.Equal(5, system.Settings.Setup.Get<MySetup>().Value.Number);
        Assert.False(system.Settings.Setup.Get<OtherSetup>().HasValue);
        var extension = system.WithExtension<MyExtension, MyExtensionId>();
        Assert.Same(extension, system.WithExtension<MyExtension, MyExtensionId>());
        Assert.Same(extension, system.GetExtension<MyExtension>());
        Assert.Same(system, extension.System);
        await system.Terminate().WaitAsync(Patience);
    }

    private static readonly Config Quiet = ConfigurationFactory.ParseString("""
        akka.loglevel = "OFF"
        akka.stdout-loglevel = "OFF"
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """);

    private static void ThrowMessage(object message) => throw new InvalidOperationException((string)message);

    private static Task<Done> Say(ConcurrentQueue<string> said, string what)
    {
        said.Enqueue(what);
        return Task.FromResult(Done.Instance);
    }

    private static async Task<Done> Meet(
        TaskCompletionSource<Done> mine, TaskCompletionSource<Done> other, ConcurrentQueue<string> said)
    {
        mine.SetResult(Done.Instance);
        await other.Task;
        said.Enqueue("met");
        return Done.Instance;
    }

    private abstract class Fruit
    {
    }

    private sealed class Apple : Fruit
    {
    }

    private sealed class MySetup(int number) : Setup
    {
        public int Number { get; } = number;
    }

    private sealed class OtherSetup : Setup
    {
    }

    private sealed class MyExtension(ActorSystem system) : IExtension
    {
        public ActorSystem System { get; } = system;
    }

    private sealed class MyExtensionId : ExtensionIdProvider<MyExtension>
    {
        public override MyExtension CreateExtension(ExtendedActorSystem system) => new(system);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo(IActorRef probe) => ReceiveAny(m => probe.Tell($"{Self.Path.Name} {m}"));
    }

    private sealed class LastWords : ReceiveActor
    {
        private readonly TaskCompletionSource _stopped;

        public LastWords(TaskCompletionSource stopped) => _stopped = stopped;

        protected override void PostStop() => _stopped.SetResult();
    }
}
