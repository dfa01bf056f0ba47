using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests;

/// <summary>A destination that cannot be used.</summary>
internal sealed class UnusableDestination(Exception failure) : IIncomingDestination
{
    public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
        Task.FromException<IIncomingContent>(failure);
}

/// <summary>Holds a received file before it requests permission to commit, and again before it commits.</summary>
internal sealed class ControlledDestination(IIncomingDestination inner) : IIncomingDestination
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All bytes were received.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>The transfer has permitted the commit, or has ended.</summary>
    public Task Granted => _granted.Task;

    public TaskCompletionSource Ask { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Commit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
        new Content(this, await inner.PrepareAsync(offer, settings, life));

    private async Task HoldAsync(Func<Task> arrived)
    {
        _arrived.SetResult();
        await Ask.Task;
        try
        {
            await arrived();
            _granted.SetResult();
        }
        catch (OperationCanceledException)
        {
            _granted.SetCanceled();
            throw;
        }

        await Commit.Task;
    }

    private sealed class Content(ControlledDestination gate, IIncomingContent content) : IIncomingContent
    {
        public long Offset => content.Offset;

        public Sink<Chunk, Task<ReceivedFile>> Sink(TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null) =>
            content.Sink(tailWait, stage, () => gate.HoldAsync(arrived!));

        public void Conclude() => content.Conclude();

        public void Discard() => content.Discard();

        public void Dispose() => content.Dispose();
    }
}
