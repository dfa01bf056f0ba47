using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Http;

/// <summary>Reads the body of a response from its start to its end.</summary>
/// <param name="body">The body; disposed with the reader.</param>
/// <param name="url">Of the request.</param>
/// <param name="closed">This side has closed the link.</param>
internal sealed class HttpBodyReader(Stream body, Uri url, CancellationToken closed) : IByteReader
{
    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            var count = await body.ReadAsync(buffer, ct).ConfigureAwait(false);
            return count > 0 ? count : throw new EndOfStreamException("the body ended early.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw closed.IsCancellationRequested
                ? new ByteLinkException(ByteLinkFault.LocalFailure, "The download was stopped.", exception)
                : HttpFaults.Of(url, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => body.Dispose();
}
