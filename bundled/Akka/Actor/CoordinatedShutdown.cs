using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>
/// Ends a system in order: the phases run one after another, the tasks of a phase side by side, each phase for no longer than its timeout. The last
/// phase terminates the actors.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private const string Root = "akka.coordinated-shutdown.";

    private static readonly string[] Phases =
    [
        PhaseBeforeServiceUnbind, PhaseServiceUnbind, PhaseServiceRequestsDone, PhaseServiceStop, PhaseBeforeClusterShutdown,
        PhaseClusterShardingShutdownRegion, PhaseClusterLeave, PhaseClusterExiting, PhaseClusterExitingDone, PhaseClusterShutdown,
        PhaseBeforeActorSystemTerminate, PhaseActorSystemTerminate,
    ];

    private readonly ILoggingAdapter _log;
    private readonly TaskCompletionSource<Done> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableList<(string Phase, string Name, Func<Task<Done>> Run)> _tasks = [];
    private Reason _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, this);
        AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
        if (system.Settings.Config.GetBoolean(Root + "run-by-clr-shutdown-hook"))
        {
            AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
            system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= OnProcessExit);
        }
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Null until the shutdown has begun.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason);

    public TimeSpan TotalTimeout => Phases.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        CheckPhase(phase);
        ImmutableInterlocked.Update(ref _tasks, (tasks, added) => tasks.Add(added), (phase, taskName, task));
    }

    public TimeSpan Timeout(string phase)
    {
        CheckPhase(phase);
        var config = System.Settings.Config;
        return config.GetTimeSpan($"{Root}phases.{phase}.timeout", config.GetTimeSpan(Root + "default-phase-timeout"));
    }

    /// <summary>Runs the phases; however often it is called they run once.</summary>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        if (fromPhase is not null)
            CheckPhase(fromPhase);
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = RunPhases(fromPhase);
        return _ended.Task;
    }

    private static void CheckPhase(string phase)
    {
        if (!Phases.Contains(phase))
        {
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(",", Phases)}]. "
                + "All phases (along with their optional dependencies) must be defined in configuration.");
        }
    }

    private async Task RunPhases(string fromPhase)
    {
        try
        {
            // The caller may be an actor: its thread and scheduler are not for shutdown tasks.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            foreach (var phase in Phases.SkipWhile(p => fromPhase is not null && p != fromPhase))
                await RunPhase(phase).ConfigureAwait(false);
            _ended.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    private async Task RunPhase(string phase)
    {
        var tasks = _tasks.Where(t => t.Phase == phase).ToArray();
        if (tasks.Length == 0)
            return;
        _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", phase, tasks.Length, string.Join(",", tasks.Select(t => t.Name)));
        var recover = System.Settings.Config.GetBoolean($"{Root}phases.{phase}.recover", true);
        var timeout = Timeout(phase);
        try
        {
            await Task.WhenAll(tasks.Select(t => RunTask(phase, t.Name, t.Run, recover))).WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (recover)
        {
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, timeout);
        }
    }

    private async Task RunTask(string phase, string name, Func<Task<Done>> run, bool recover)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, e.Message);
        }
    }

    private async Task<Done> TerminateSystem()
    {
        if (System.Settings.CoordinatedShutdownTerminateActorSystem)
            await System.FinalTerminate().ConfigureAwait(false);
        return Done.Instance;
    }

    /// <summary>The process waits for this handler, and no longer than the phases may take.</summary>
    private void OnProcessExit(object sender, EventArgs e)
    {
        using var ended = new ManualResetEventSlim();
        Run(ClrExitReason.Instance).ContinueWith(
            _ => ended.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        ended.Wait(TotalTimeout);
    }

    /// <summary>Why the shutdown runs.</summary>
    public class Reason
    {
        protected Reason()
        {
        }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }
}
