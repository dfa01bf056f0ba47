using System.Buffers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Http;

/// <summary>Uploads the bytes of a stream by one PUT. A write returns when the connection has taken the bytes, so a slow server slows its source.</summary>
/// <param name="client">Sends the request.</param>
/// <param name="request">What is uploaded, and where.</param>
/// <param name="closed">Cancels the request.</param>
internal sealed class HttpUploadReceiver(HttpClient client, HttpUploadRequest request, CancellationToken closed) : IByteReceiver<SentBytes>
{
    /// <summary>Larger files are not sent before the server has seen the headers and agrees, or has not responded for a second.</summary>
    private const long ExpectsContinueFrom = 1024 * 1024;

    private readonly PutBody _body = new();
    private readonly GcmEncryption? _encryption = request.Key is { } key ? new GcmEncryption(key) : null;
    private readonly ArrayBufferWriter<byte> _encrypted = new();
    private Task<Exception?> _response = Task.FromResult<Exception?>(null);
    private Stream? _stream;
    private long _bytes;

    /// <inheritdoc/>
    public bool IsComplete => false;

    /// <inheritdoc/>
    public void Start() => _response = SendAsync();

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_encryption is { } encryption)
        {
            _encrypted.ResetWrittenCount();
            encryption.Encrypt(bytes.Span, _encrypted);
            await WriteBodyAsync(_encrypted.WrittenMemory).ConfigureAwait(false);
        }
        else
        {
            await WriteBodyAsync(bytes).ConfigureAwait(false);
        }

        _bytes += bytes.Length;
    }

    /// <inheritdoc/>
    public async Task<SentBytes> FinishAsync()
    {
        if (_encryption is { } encryption)
        {
            _encrypted.ResetWrittenCount();
            encryption.Finish(_encrypted);
            await WriteBodyAsync(_encrypted.WrittenMemory).ConfigureAwait(false);
        }

        _body.Complete();
        if (await _response.ConfigureAwait(false) is { } fault)
        {
            throw fault;
        }

        return new SentBytes(_bytes, Delivery.Uploaded);
    }

    private async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> bytes)
    {
        _stream ??= await ConnectAsync().ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(bytes, closed).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw FaultOf(exception);
        }
    }

    /// <summary>A response that comes before the body is an answer to the headers: a refusal.</summary>
    private async Task<Stream> ConnectAsync()
    {
        if (await Task.WhenAny(_body.Stream, _response).ConfigureAwait(false) == _body.Stream)
        {
            return await _body.Stream.ConfigureAwait(false);
        }

        throw await _response.ConfigureAwait(false) ?? new HttpTransferException(
            FailureReason.ProtocolViolation, $"{HttpUrl.Describe(request.Slot.Put)} accepted the file before it was sent.", mayPass: false);
    }

    /// <returns>Why the server does not have the file; null: it has.</returns>
    private async Task<Exception?> SendAsync()
    {
        using var content = new PutContent(_body, request.Length);
        using var message = new HttpRequestMessage(HttpMethod.Put, request.Slot.Put) { Content = content };
        message.Headers.ExpectContinue = request.Length >= ExpectsContinueFrom;
        content.Headers.TryAddWithoutValidation("Content-Type", request.MediaType);
        foreach (var (name, value) in request.Slot.Headers)
        {
            _ = message.Headers.TryAddWithoutValidation(name, value) || content.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, closed).ConfigureAwait(false);
            return HttpFaults.OfUpload(request.Slot.Put, response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return FaultOf(exception);
        }
    }

    private Exception FaultOf(Exception exception) => closed.IsCancellationRequested
        ? new ByteLinkException(ByteLinkFault.LocalFailure, "The upload was stopped.", exception)
        : HttpFaults.Of(request.Slot.Put, exception);
}
