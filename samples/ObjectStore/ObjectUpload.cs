using ActorTransfer.Extensibility;

namespace ObjectStore;

/// <summary>
/// One file on its way into an object store, by a multipart upload: the object appears when the upload is completed, and an aborted one leaves nothing.
/// A part is uploaded before the next one is filled, so the peer sends as fast as the store takes, and a file of any size needs the memory of one part.
/// </summary>
internal sealed class ObjectUpload : IIncomingStore
{
    private const int PartSize = 256 * 1024; // S3 requires 5 MiB except for the last part

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly string _id;
    private readonly byte[] _part = new byte[PartSize];
    private int _filled;
    private int _number;
    private bool _isComplete;

    private ObjectUpload(HttpClient client, Uri address, string id) => (_client, _address, _id) = (client, address, id);

    /// <summary>Begins an upload.</summary>
    public static async ValueTask<IIncomingStore> BeginAsync(HttpClient client, Uri address, CancellationToken ct)
    {
        using var begun = await client.PostAsync(new Uri(address + "?uploads"), content: null, ct);
        begun.EnsureSuccessStatusCode();
        return new ObjectUpload(client, address, await begun.Content.ReadAsStringAsync(ct));
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, PartSize - _filled);
            bytes[..count].CopyTo(_part.AsMemory(_filled));
            _filled += count;
            bytes = bytes[count..];
            if (_filled == PartSize)
            {
                await UploadPartAsync(ct);
            }
        }
    }

    public async ValueTask<string?> CompleteAsync(CancellationToken ct)
    {
        if (_filled > 0)
        {
            await UploadPartAsync(ct);
        }

        using var completed = await _client.PostAsync(new Uri($"{_address}?uploadId={_id}"), content: null, ct);
        completed.EnsureSuccessStatusCode();
        _isComplete = true;
        return _address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isComplete)
        {
            (await _client.DeleteAsync(new Uri($"{_address}?uploadId={_id}"))).Dispose();
        }
    }

    private async ValueTask UploadPartAsync(CancellationToken ct)
    {
        using var content = new ByteArrayContent(_part, 0, _filled);
        using var stored = await _client.PutAsync(new Uri($"{_address}?partNumber={++_number}&uploadId={_id}"), content, ct);
        stored.EnsureSuccessStatusCode();
        _filled = 0;
    }
}
