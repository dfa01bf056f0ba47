using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>Base of xunit test classes that need an actor system. The system ends with the test.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Gets the log lines of the system, if the test class was given one.</summary>
    protected readonly ITestOutputHelper Output;

    private bool _disposed;

    public TestKit(ActorSystem system = null, ITestOutputHelper output = null) : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(Config config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(string config, ITestOutputHelper output = null) : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    protected static XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs before the system ends.</summary>
    protected virtual void AfterAll()
    {
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
        }
    }

    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, null);

    protected void InitializeLogger(ActorSystem system, string prefix)
    {
        if (Output is null)
            return;
        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new OutputLogger(Output, prefix)), "log-test");
        system.EventStream.Subscribe(logger, typeof(LogEvent));
    }

    private sealed class OutputLogger(ITestOutputHelper output, string prefix) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            try
            {
                output.WriteLine(prefix + message);
            }
            catch (InvalidOperationException)
            {
                // The test is over; nobody reads what its system says while it ends.
            }
        }
    }
}
