using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Http;

/// <summary>What is downloaded.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">First byte; 0 for an encrypted file, which can only be authenticated as a whole.</param>
/// <param name="MaxRedirects">How many redirects are followed.</param>
/// <param name="AllowsPlainHttp">See <see cref="HttpUrl.Read"/>; applies to redirects, too.</param>
internal sealed record HttpDownloadRequest(SharedFile File, long Offset, int MaxRedirects, bool AllowsPlainHttp);

/// <summary>
/// A response with the bytes of a file, as a link of which only the receiving direction exists. It begins at the requested offset or, if the server has no
/// ranges, at 0. Bytes are read on demand.
/// </summary>
internal sealed class HttpDownload : IByteLink
{
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpResponseMessage _response;
    private readonly IByteReader _reader;
    private readonly long _length;
    private readonly int _chunkSize;
    private int _closed;

    private HttpDownload(HttpResponseMessage response, Stream body, HttpRange range, AesGcmKey? key, int chunkSize)
    {
        _response = response;
        _chunkSize = chunkSize;
        var url = response.RequestMessage!.RequestUri!;
        var reader = new HttpBodyReader(body, url, _closing.Token);
        var tag = key is null ? 0 : AesGcmKey.TagLength;
        _reader = key is null ? reader : new DecryptingReader(reader, range.Total, key);
        _length = range.Total - range.Offset - tag;
        Size = range.Total - tag;
        RemoteEndPoint = new DnsEndPoint(url.DnsSafeHost, url.Port);
    }

    /// <summary>Size of the whole file.</summary>
    public long Size { get; }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint { get; }

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Incoming =>
        ByteSource.Create(new ByteRange("download", () => _reader, 0, _length, _chunkSize)).MapMaterializedValue(_ => NotUsed.Instance);

    /// <inheritdoc/>
    public Sink<Chunk, Task<long>> Outgoing => throw NoSending();

    /// <summary>Requests the file and reads the header of the response. The caller disposes the result.</summary>
    /// <exception cref="HttpTransferException">The server does not send the file.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<HttpDownload> OpenAsync(HttpClient client, HttpDownloadRequest request, int chunkSize, CancellationToken ct)
    {
        var url = request.File.Url;
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendAsync(client, url, request.Offset, ct).ConfigureAwait(false);
            try
            {
                if (HttpFaults.RedirectOf(url, response, redirects < request.MaxRedirects, request.AllowsPlainHttp) is { } next)
                {
                    url = next;
                    response.Dispose();
                    continue;
                }

                var range = HttpRange.Of(url, response, request.Offset, request.File.Key is null ? 0 : AesGcmKey.TagLength);
                var body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
                var download = new HttpDownload(response, body, range, request.File.Key, chunkSize);
                await download.AuthenticateEmptyAsync(request.File.Key is not null, ct).ConfigureAwait(false);
                return download;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) => throw NoSending();

    /// <inheritdoc/>
    public Task<bool> ClosedBeforeDataAsync(CancellationToken ct) => throw NoSending();

    /// <inheritdoc/>
    public void Abort() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _closing.Cancel();
            _closing.Dispose();
            _response.Dispose();
        }
    }

    /// <summary>A stream of no bytes does not read.</summary>
    private async Task AuthenticateEmptyAsync(bool isEncrypted, CancellationToken ct)
    {
        if (isEncrypted && Size == 0)
        {
            _ = await _reader.ReadAsync(0, new byte[1], ct).ConfigureAwait(false);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri url, long offset, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, url);
        if (offset > 0)
        {
            message.Headers.Range = new(offset, null);
        }

        try
        {
            return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw HttpFaults.Of(url, exception);
        }
    }

    private static NotSupportedException NoSending() => new("A download can only be received.");
}
