using System.Buffers;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Http;

/// <summary>Decrypts what a reader gives, which is read from its start to its end. The last bytes are given out only when all are authenticated.</summary>
/// <param name="encrypted">The encrypted bytes; disposed with this one.</param>
/// <param name="length">Their number, with the tag.</param>
/// <param name="key">The key.</param>
internal sealed class DecryptingReader(IByteReader encrypted, long length, AesGcmKey key) : IByteReader
{
    private readonly GcmDecryption _decryption = new(key);
    private readonly ArrayBufferWriter<byte> _plain = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _read;
    private int _given;

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct)
    {
        while (_given == _plain.WrittenCount && _read < length)
        {
            await DecryptAsync(ct).ConfigureAwait(false);
        }

        var count = Math.Min(buffer.Length, _plain.WrittenCount - _given);
        _plain.WrittenMemory.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => encrypted.Dispose();

    private async ValueTask DecryptAsync(CancellationToken ct)
    {
        _plain.ResetWrittenCount();
        _given = 0;
        var count = await encrypted.ReadAsync(_read, _buffer.AsMemory(0, (int)Math.Min(_buffer.Length, length - _read)), ct).ConfigureAwait(false);
        if (count == 0)
        {
            throw new LengthException(LengthFault.TooShort, length, _read);
        }

        _read += count;
        _decryption.Decrypt(_buffer.AsSpan(0, count), _plain);
        if (_read == length && !_decryption.TryFinish(_plain))
        {
            throw new WrongHashException("The encrypted file was changed, or the key is not that of the file.");
        }
    }
}
