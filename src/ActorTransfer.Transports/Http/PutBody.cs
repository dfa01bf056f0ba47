namespace ActorTransfer.Transports.Http;

/// <summary>The body of a request as two sides see it: the HTTP client, which lends its stream, and who writes to it.</summary>
internal sealed class PutBody
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the server is connected and may be sent the body.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Everything is written.</summary>
    public void Complete() => _written.TrySetResult();

    /// <summary>Lends the stream until everything is written.</summary>
    public Task LendAsync(Stream stream, CancellationToken ct)
    {
        _stream.TrySetResult(stream);
        return _written.Task.WaitAsync(ct);
    }
}
