using System.Threading.Channels;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The application's view of a transfer. Fed by the <see cref="TransferGateway"/> only.</summary>
internal sealed class TransferHandle : ITransfer
{
    private readonly IActorRef _gateway;
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TransferOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<TransferProgress> _progress =
        Channel.CreateBounded<TransferProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });
    private TransferProgress _last;

    /// <param name="gateway">Feeds it.</param>
    /// <param name="stopped">Completes when the actor system has stopped.</param>
    /// <param name="peer">The other side.</param>
    /// <param name="file">The transferred file.</param>
    public TransferHandle(IActorRef gateway, Task stopped, Jid peer, FileDescription file)
    {
        _gateway = gateway;
        Peer = peer;
        File = file;
        _last = new TransferProgress(TransferState.Offer, 0, file.Size);
        _ = EndWithHostAsync(stopped);
    }

    public TransferId Id { get; private set; }

    public Jid Peer { get; }

    public FileDescription File { get; }

    public TransferMethod? Method => Volatile.Read(ref _last).Method;

    public Task<TransferOutcome> Completion => _outcome.Task;

    /// <summary>Completes when <see cref="Id"/> is known, or the transfer has ended without one; faults without an engine.</summary>
    public Task Beginning => _began.Task;

    public IAsyncEnumerable<TransferProgress> ProgressAsync(CancellationToken ct = default) => _progress.Reader.ReadAllAsync(ct);

    public void Cancel() => _gateway.Tell(new TransferGateway.CancelTransfer(this));

    public async Task<TransferOutcome> CancelAsync(CancellationToken ct = default)
    {
        Cancel();
        return await Completion.WaitAsync(ct).ConfigureAwait(false);
    }

    public void Began(TransferId id)
    {
        Id = id;
        _began.TrySetResult();
    }

    public void NeverBegan(FailureReason reason, string detail) =>
        End(new TransferOutcome.Failed(TransferState.Offer, TransferSide.Local, reason, detail));

    public void NeverBegan(EngineException why)
    {
        _began.TrySetException(why);
        Fail(why.Message);
    }

    public void Fail(string why) => End(new TransferOutcome.Failed(_last.State, TransferSide.Local, FailureReason.InternalError, why));

    public void Cancelled() => End(new TransferOutcome.Cancelled(_last.State, TransferSide.Local));

    public void On(Transfer.IEvent happened)
    {
        switch (happened)
        {
            case Transfer.Queued:
                Report(_last with { IsQueued = true });
                break;
            case Transfer.Entered entered:
                Report(_last with { State = entered.State, IsQueued = false });
                break;
            case Transfer.Progressed moved:
                Report(_last with { Bytes = moved.Bytes, Total = moved.Total });
                break;
            case Transfer.MethodSelected taken:
                Report(_last with { Method = new TransferMethod(taken.Method, taken.Host) });
                break;
            case Transfer.Ended ended:
                End(ended.Outcome);
                break;
        }
    }

    private void Report(TransferProgress progress)
    {
        Volatile.Write(ref _last, progress);
        _progress.Writer.TryWrite(progress);
    }

    private void End(TransferOutcome outcome)
    {
        _progress.Writer.TryComplete();
        _outcome.TrySetResult(outcome);
        _began.TrySetResult();
    }

    private async Task EndWithHostAsync(Task stopped)
    {
        await Task.WhenAny(Completion, stopped).ConfigureAwait(false);
        Cancelled();
    }
}
