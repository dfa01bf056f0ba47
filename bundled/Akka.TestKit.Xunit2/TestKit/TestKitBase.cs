using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// An actor system of a test's own and an actor that collects what is sent to the test. It is used from one thread at a time; messages
/// that the test sends carry that actor as their sender.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int s_lastTestActor;

    private readonly ITestKitAssertions _assertions;
    private readonly Inbox _inbox = new();
    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName, testActorName)
    {
    }

    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
        if (system is null)
            system = ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        else
            system.Settings.InjectTopLevelFallback(DefaultConfig);

        if (system.Settings.Loggers.Any(logger => logger.Contains(nameof(TestEventListener), StringComparison.Ordinal)))
            Blocking.Wait(ListenerStart.Of(system).Done.Task, system.Settings.LoggerStartTimeout);

        Sys = system;
        TestKitSettings = new TestKitSettings(system.Settings.Config);
        Log = Logging.GetLogger(system, GetType());
        EventFilter = new EventFilterFactory(this);
        TestActor = CreateTestActor(string.IsNullOrEmpty(testActorName) ? $"testActor{Interlocked.Increment(ref s_lastTestActor)}" : testActorName);
        if (this is not TestProbe)
            ImplicitSender.Use(this is INoImplicitSender ? null : TestActor);
    }

    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public ILoggingAdapter Log { get; }

    public EventFilterFactory EventFilter { get; }

    /// <summary>Collects what is sent to the test; the sender of what the test sends.</summary>
    public IActorRef TestActor { get; }

    /// <summary>The sender of the message that the test took last.</summary>
    public IActorRef LastSender => _last.Sender;

    public object LastMessage => _last.Message;

    public bool HasMessages => _inbox.Count > 0;

    internal ITestKitAssertions FrameworkAssertions => _assertions;

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new SetIgnore(shouldIgnoreMessage), null);

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    public void IgnoreNoMessages() => TestActor.Tell(new SetIgnore(null), null);

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new SetAutoPilot(pilot), null);

    /// <summary>From here on the end of the actor is a message to the test.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        Blocking.Wait(WatchAsync(actorToWatch), RemainingOrDefault);
        return actorToWatch;
    }

    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) => WatchAsync(actorToWatch, on: true);

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        Blocking.Wait(UnwatchAsync(actorToUnwatch), RemainingOrDefault);
        return actorToUnwatch;
    }

    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch) => WatchAsync(actorToUnwatch, on: false);

    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    /// <summary>An actor whose parent is the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default)
    {
        TestActor.Tell(new Spawn(props, name), null);
        return ExpectMsg<IActorRef>(cancellationToken: cancellationToken);
    }

    public IActorRef CreateTestActor(string name) => ((ExtendedActorSystem)Sys).SystemActorOf(
        Props.Create(() => new InternalTestActor(_inbox)).WithDispatcher("akka.test.calling-thread-dispatcher"), name);

    public virtual TestProbe CreateTestProbe(string name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, _assertions, name);

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        var limit = duration ?? Dilated(TimeSpan.FromSeconds(5));
        if (Blocking.Wait(system.Terminate(), limit))
            return;
        var failure = $"Failed to stop [{system.Name}] within [{limit}].";
        if (verifySystemShutdown)
            throw new TimeoutException(failure);
        system.Log.Warning(failure);
    }

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var own = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : Config.Empty;
        var config = ReferenceEquals(own, DefaultConfig) ? own : own.WithFallback(DefaultConfig);
        return setup.WithSetup(BootstrapSetup.Create().WithConfig(config));
    }

    private async Task<IActorRef> WatchAsync(IActorRef actor, bool on)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestActor.Tell(new WatchFor(actor, on, done), null);
        await done.Task.WaitAsync(RemainingOrDefault);
        return actor;
    }
}

/// <summary>The parts of a test kit's API that are synchronous by nature wait here.</summary>
internal static class Blocking
{
    /// <summary>False when the task is not done in time. A task that failed throws.</summary>
    public static bool Wait(Task task, TimeSpan limit) => task.Wait(limit);
}
