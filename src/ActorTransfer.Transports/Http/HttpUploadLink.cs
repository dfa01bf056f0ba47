using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Http;

/// <summary>What is uploaded, and where.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Length">Bytes of the body: those of the file, and the tag if it is encrypted.</param>
/// <param name="MediaType">Content type as announced to the service.</param>
/// <param name="Key">Encrypts the file; null = it is not encrypted.</param>
internal sealed record HttpUploadRequest(UploadSlot Slot, long Length, string MediaType, AesGcmKey? Key);

/// <summary>
/// An upload as a link of which only the sending direction exists. Nothing is connected before a stream runs; disposing it cancels the request.
/// </summary>
/// <param name="client">Sends the request.</param>
/// <param name="request">What is uploaded, and where.</param>
internal sealed class HttpUploadLink(HttpClient client, HttpUploadRequest request) : IByteLink
{
    private readonly CancellationTokenSource _closing = new();
    private int _closed;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => new DnsEndPoint(request.Slot.Put.DnsSafeHost, request.Slot.Put.Port);

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Incoming => throw NoReceiving();

    /// <inheritdoc/>
    public Sink<Chunk, Task<long>> Outgoing => throw NoReceiving();

    /// <summary>The linger time does not apply: the response of the server ends the stream.</summary>
    public Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) => ReceiverSink.Create(new HttpUploadReceiver(client, request, _closing.Token));

    /// <inheritdoc/>
    public Task<bool> ClosedBeforeDataAsync(CancellationToken ct) => throw NoReceiving();

    /// <inheritdoc/>
    public void Abort() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _closing.Cancel();
            _closing.Dispose();
        }
    }

    private static NotSupportedException NoReceiving() => new("An upload can only send, and reports the end.");
}
