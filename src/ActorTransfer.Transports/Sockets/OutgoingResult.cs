using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The end of writing as a task.</summary>
/// <param name="result">Creates its value.</param>
internal sealed class OutgoingResult<T>(Func<SentBytes, T> result) : IOutgoingReport
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _result.Task;

    public void Moved(long total)
    {
        // The owner needs the end only.
    }

    public void Completed(SentBytes sent) => _result.TrySetResult(result(sent));

    public void Failed(long total, Exception reason)
    {
        _result.TrySetException(reason);
        _ = _result.Task.Exception; // observed: the owner may not await the task
    }
}
