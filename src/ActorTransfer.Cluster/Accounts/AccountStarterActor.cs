using ActorTransfer.Actors;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// Starts each account of the directory, so that all come back after all nodes were stopped, and starts new ones from time to time. A singleton of the cluster.
/// </summary>
internal sealed class AccountStarterActor : ReceiveActor, IWithTimers
{
    /// <summary>Accounts that are started at a time: the cluster remembers each before it responds.</summary>
    private const int MaxParallel = 100;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly IAccountDirectory _directory;
    private readonly IActorRef _region;
    private readonly TimeSpan _readAgain;
    private readonly ILoggingAdapter _log = ActorLog.GetLogger(Context);
    private readonly EngineLifetime _engine;
    private readonly CancellationTokenSource _life = new();

    /// <summary>Use <see cref="Props(IAccountDirectory, IActorRef, TimeSpan, EngineLifetime)"/>.</summary>
    public AccountStarterActor(IAccountDirectory directory, IActorRef region, TimeSpan readAgain, EngineLifetime engine)
    {
        (_directory, _region, _readAgain, _engine) = (directory, region, readAgain, engine);
        Receive<Read>(_ => ReadAll());
        Receive<Done>(Finish);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="directory">The accounts.</param>
    /// <param name="region">Finds them.</param>
    /// <param name="readAgain">Pause between two passes.</param>
    /// <param name="engine">When it drains, this node leaves: messages to accounts without a node would keep it from that.</param>
    public static Props Props(IAccountDirectory directory, IActorRef region, TimeSpan readAgain, EngineLifetime engine) =>
        Akka.Actor.Props.Create(() => new AccountStarterActor(directory, region, readAgain, engine));

    /// <inheritdoc/>
    protected override void PreStart() => ReadAll();

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _life.Cancel();
        _life.Dispose();
    }

    private void ReadAll() => ReadAllAsync(_life.Token).PipeTo(Self, failure: exception => new Done(0, 0, exception));

    private async Task<Done> ReadAllAsync(CancellationToken ct)
    {
        var (started, failed) = (0, 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = ct };
        await Parallel.ForEachAsync(_directory.NamesAsync(ct), options, async (name, ct) =>
        {
            if (_engine.IsDraining)
            {
                return;
            }

            try
            {
                await _region.Ask<AccountMessage.Started>(new AccountMessage.Start(name), s_timeout, ct).ConfigureAwait(false);
                Interlocked.Increment(ref started);
            }
            catch (AskTimeoutException)
            {
                Interlocked.Increment(ref failed);
            }
        }).ConfigureAwait(false);
        return new Done(started, failed, null);
    }

    private void Finish(Done done)
    {
        if (_engine.IsDraining)
        {
            return;
        }

        if (done.Fault is { } fault)
        {
            _log.Write(fault, ClusterLog.AccountsNotRead, fault.Message);
        }
        else
        {
            _log.Write(ClusterLog.AccountsStarted, done.Started);
            if (done.Failed > 0)
            {
                _log.Write(ClusterLog.AccountsNotStarted, done.Failed, s_retry);
            }
        }

        Timers.StartSingleTimer(Read.Instance, Read.Instance, done.Fault is null && done.Failed == 0 ? _readAgain : s_retry);
    }

    private sealed record Done(int Started, int Failed, Exception? Fault);

    private sealed record Read
    {
        public static Read Instance { get; } = new();
    }
}
