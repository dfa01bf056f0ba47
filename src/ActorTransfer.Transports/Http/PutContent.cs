using System.Net;

namespace ActorTransfer.Transports.Http;

/// <summary>Content of a PUT that somebody else writes.</summary>
/// <param name="body">Lends the stream.</param>
/// <param name="length">Number of bytes.</param>
internal sealed class PutContent(PutBody body, long length) : HttpContent
{
    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.LendAsync(stream, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
