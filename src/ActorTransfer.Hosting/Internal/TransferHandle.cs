using System.Threading.Channels;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The application's view of a transfer. The actors of the transfer report to its <see cref="Observer"/>, each on its own thread.</summary>
internal sealed class TransferHandle : ITransfer
{
    private readonly Lock _lock = new();
    private readonly IActorRef _transfers;
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TransferOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _engineEnd;
    private Channel<TransferProgress>? _progress;
    private TransferId? _id;
    private TransferProgress _last;
    private bool _hasReported;
    private Jid _peer;
    private Signalling? _signalling;

    /// <param name="system">The engine's actor system.</param>
    /// <param name="transfers">The parent of the transfer.</param>
    /// <param name="engine">Ends the transfer if the engine ends first.</param>
    /// <param name="peer">The other side.</param>
    /// <param name="file">The transferred file.</param>
    /// <param name="id">Id of a received offer; null for a transfer that is about to start.</param>
    public TransferHandle(ActorSystem system, IActorRef transfers, EngineLifetime engine, Jid peer, FileDescription file, TransferId? id = null)
    {
        _transfers = transfers;
        _id = id;
        _peer = peer;
        File = file;
        Observer = new TransferObserver(((ExtendedActorSystem)system).Provider, On);
        _last = new TransferProgress(TransferState.Offer, 0, file.Size);
        _engineEnd = engine.OnEnd(EndWithEngine);
    }

    /// <summary>Receives the replies and the events of the transfer.</summary>
    public IActorRef Observer { get; }

    public TransferId Id
    {
        get
        {
            lock (_lock)
            {
                return _id ?? default;
            }
        }
    }

    public Jid Peer => Volatile.Read(ref _peer);

    public FileDescription File { get; }

    public TransferMethod? Method => Volatile.Read(ref _last).Method;

    public Signalling? Signalling
    {
        get
        {
            lock (_lock)
            {
                return _signalling;
            }
        }
    }

    public Task<TransferOutcome> Completion => _outcome.Task;

    /// <summary>Completes when <see cref="Id"/> is known, or the transfer has ended without one.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    /// <exception cref="EngineException">There is no engine.</exception>
    public async Task BegunAsync(CancellationToken ct)
    {
        try
        {
            await _began.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Cancel();
            throw;
        }
    }

    /// <summary>Most transfers have no reader, so the channel is made for the first one.</summary>
    public IAsyncEnumerable<TransferProgress> ProgressAsync(CancellationToken ct = default)
    {
        lock (_lock)
        {
            if (_progress is null)
            {
                _progress = Channel.CreateBounded<TransferProgress>(
                    new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });
                if (_hasReported)
                {
                    _progress.Writer.TryWrite(_last);
                }

                if (_outcome.Task.IsCompleted)
                {
                    _progress.Writer.TryComplete();
                }
            }

            return _progress.Reader.ReadAllAsync(ct);
        }
    }

    /// <summary>Ends the transfer on both sides; at once if it has not started.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (_id is { } id)
            {
                _transfers.Tell(new Transfer.Cancel(id), Observer);
            }
            else
            {
                End(new TransferOutcome.Cancelled(_last.State, TransferSide.Local));
            }
        }
    }

    public async Task<TransferOutcome> CancelAsync(CancellationToken ct = default)
    {
        Cancel();
        return await Completion.WaitAsync(ct).ConfigureAwait(false);
    }

    public Task PauseAsync(CancellationToken ct = default) => PausedAsync(replyTo => new Transfer.Pause(Id) { ReplyTo = replyTo }, ct);

    public Task ResumeAsync(CancellationToken ct = default) => PausedAsync(replyTo => new Transfer.Resume(Id) { ReplyTo = replyTo }, ct);

    private async Task PausedAsync(Func<IActorRef, object> request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var paused = _transfers.Ask<Transfer.Paused>(request, Timeout.InfiniteTimeSpan, waiting.Token);
        await Task.WhenAny(paused, Completion).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        await waiting.CancelAsync().ConfigureAwait(false);
    }

    private void On(object message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case Transfer.Started started:
                    Begin(started.Id);
                    break;
                case Transfer.NotStarted refused:
                    End(new TransferOutcome.Failed(TransferState.Offer, TransferSide.Local, refused.Reason, refused.Detail));
                    break;
                case Transfer.Queued:
                    Report(_last with { IsQueued = true });
                    break;
                case Transfer.Entered entered:
                    Report(_last with { State = entered.State, IsQueued = false });
                    break;
                case Transfer.ResourceFound found:
                    Volatile.Write(ref _peer, found.Peer);
                    break;
                case Transfer.SignallingSelected selected:
                    _signalling = selected.Signalling;
                    break;
                case Transfer.Paused paused:
                    Report(_last with { IsPaused = paused.IsPaused });
                    break;
                case Transfer.Progressed moved:
                    Report(_last with { Bytes = moved.Bytes, Total = moved.Total });
                    break;
                case Transfer.MethodSelected selected:
                    Report(_last with { Method = new TransferMethod(selected.Method, selected.Host) });
                    break;
                case Transfer.Ended ended:
                    End(ended.Outcome);
                    break;
            }
        }
    }

    /// <summary>A transfer that was cancelled before it started must not continue unobserved.</summary>
    private void Begin(TransferId id)
    {
        _id = id;
        if (_outcome.Task.IsCompleted)
        {
            _transfers.Tell(new Transfer.Cancel(id), Observer);
        }

        _began.TrySetResult();
    }

    private void Report(TransferProgress progress)
    {
        Volatile.Write(ref _last, progress);
        _hasReported = true;
        _progress?.Writer.TryWrite(progress);
    }

    private void End(TransferOutcome outcome)
    {
        _engineEnd.Unregister();
        _progress?.Writer.TryComplete();
        _outcome.TrySetResult(outcome);
        _began.TrySetResult();
    }

    private void EndWithEngine(EngineLifetime.End end)
    {
        lock (_lock)
        {
            if (!end.ByApplication && _began.TrySetException(new EngineException(end.Reason)))
            {
                _ = _began.Task.Exception; // observed: the caller may have cancelled its wait
            }

            End(end.ByApplication
                ? new TransferOutcome.Cancelled(_last.State, TransferSide.Local)
                : new TransferOutcome.Failed(_last.State, TransferSide.Local, FailureReason.InternalError, end.Reason));
        }
    }
}
