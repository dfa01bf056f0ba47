using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Time;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Akka.TestKit.Xunit2;

namespace ActorTransfer.Actors.Tests;

/// <summary>A test with its own actor system and virtual time. No chunk may be outstanding at its end.</summary>
public abstract class ActorTest : TestKit, IAsyncLifetime
{
    protected static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private readonly long _outstanding = Chunk.Outstanding;
    private readonly List<IDisposable> _owned = [];

    protected ActorTest()
        : base(ConfigurationFactory.ParseString("akka.test.single-expect-default = 20s, akka.loglevel = OFF, akka.stdout-loglevel = OFF")
            .WithFallback(TestConfigs.TestSchedulerConfig))
    {
    }

    protected static Jid Ada { get; } = Jid.Parse("ada@north.example/desk");

    protected static Jid Bo { get; } = Jid.Parse("bo@south.example/Phone");

    protected static Jid Relay { get; } = Jid.Parse("relay.north.example");

    protected static StreamHost RelayHost { get; } = new(Relay, "203.0.113.7", 7777);

    protected static TimeSpan Tick { get; } = TimeSpan.FromMilliseconds(1);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Sys.Terminate();
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }

        // Waits of the test kit end with the actor system.
        await Eventually.HoldsAsync(() => Chunk.Outstanding == _outstanding, () => $"{Chunk.Outstanding - _outstanding} chunks are outstanding");
    }

    /// <summary>The default settings with these keys below <c>actor-transfer</c> overridden.</summary>
    private protected static EngineSettings Settings(string hocon = "") =>
        EngineSettings.Read(ConfigurationFactory.ParseString("actor-transfer { " + hocon + " }"));

    /// <summary>Polls in real time, for conditions without an event to wait for.</summary>
    protected Task EventuallyAsync(Func<bool> condition, string otherwise) => AwaitConditionAsync(() => Task.FromResult(condition()), MaxWait, Tick, otherwise);

    protected static void Fails(TransferOutcome outcome, TransferState phase, TransferSide side, FailureReason reason)
    {
        var failed = Assert.IsType<TransferOutcome.Failed>(outcome);
        Assert.Equal((phase, side, reason), (failed.Phase, failed.Side, failed.Reason));
    }

    /// <summary>Advances time after the actor has handled all earlier messages.</summary>
    protected async Task AdvanceAsync(IActorRef actor, TimeSpan time)
    {
        await StillRunsAsync(actor);
        Advance(time);
    }

    /// <summary>Advances time at once.</summary>
    protected void Advance(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    /// <summary>Disposed at the end of the test.</summary>
    protected T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    /// <summary>Waits until the actor has handled all earlier messages, and checks that it is running.</summary>
    protected async Task StillRunsAsync(IActorRef actor)
    {
        var probe = CreateTestProbe();
        probe.Send(actor, new Identify("running"));
        Assert.Equal(actor, (await probe.ExpectMsgAsync<ActorIdentity>()).Subject);
    }

    /// <summary>The probe has received nothing after <paramref name="sender"/> has handled all its earlier messages.</summary>
    protected async Task ExpectNoMessageAsync(TestProbe probe, IActorRef sender)
    {
        await StillRunsAsync(sender);
        probe.Ref.Tell("no message");
        await probe.ExpectMsgAsync("no message");
    }
}
