using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorTransfer.Extensibility;

namespace EncryptionAtRest;

/// <summary>
/// Stores a received file encrypted by AES-GCM. The file is a random prefix of 8 bytes and frames of 64 KiB, each with its tag; the nonce of a frame is the
/// prefix and its number. The last frame is marked as such in its associated data, so that a truncated file is detected. Plain text never reaches the disk.
/// </summary>
internal sealed class EncryptedFile : IIncomingStore
{
    private const int FrameSize = 64 * 1024;
    private const int PrefixSize = 8;
    private const int TagSize = 16;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly AesGcm _aes;
    private readonly byte[] _prefix = RandomNumberGenerator.GetBytes(PrefixSize);
    private readonly byte[] _frame = new byte[FrameSize];
    private readonly byte[] _cipher = new byte[FrameSize + TagSize];
    private int _filled;
    private uint _number;

    private EncryptedFile(string path, byte[] key)
    {
        _path = path;
        _temporary = path + ".part";
        _aes = new AesGcm(key, TagSize);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Begins a file in a folder. Its name is random: the peer's name is text, not a path.</summary>
    public static async ValueTask<IIncomingStore> CreateAsync(string folder, byte[] key, CancellationToken ct)
    {
        var file = new EncryptedFile(Path.Combine(folder, $"{Guid.NewGuid():n}.aes"), key);
        await file._file.WriteAsync(file._prefix, ct);
        return file;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == FrameSize)
            {
                await WriteFrameAsync(isLast: false, ct);
            }

            var count = Math.Min(bytes.Length, FrameSize - _filled);
            bytes[..count].CopyTo(_frame.AsMemory(_filled));
            _filled += count;
            bytes = bytes[count..];
        }
    }

    public async ValueTask<string?> CompleteAsync(CancellationToken ct)
    {
        await WriteFrameAsync(isLast: true, ct);
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        File.Move(_temporary, _path);
        return _path;
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_frame);
        File.Delete(_temporary); // gone already if the file is complete
    }

    /// <summary>The plain text of a stored file.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It was changed or truncated.</exception>
    public static byte[] Decrypt(string path, byte[] key)
    {
        using var aes = new AesGcm(key, TagSize);
        var stored = File.ReadAllBytes(path);
        var plain = new MemoryStream();
        var rest = stored.AsSpan(PrefixSize);
        var number = 0u;
        bool isLast;
        do
        {
            var length = Math.Min(rest.Length, FrameSize + TagSize) - TagSize;
            isLast = rest.Length <= FrameSize + TagSize;
            var frame = new byte[length];
            aes.Decrypt(Nonce(stored.AsSpan(0, PrefixSize), number++), rest[..length], rest.Slice(length, TagSize), frame, [isLast ? (byte)1 : (byte)0]);
            plain.Write(frame);
            rest = rest[(length + TagSize)..];
        }
        while (!isLast);
        return plain.ToArray();
    }

    private async Task WriteFrameAsync(bool isLast, CancellationToken ct)
    {
        var length = _filled;
        _aes.Encrypt(
            Nonce(_prefix, _number), _frame.AsSpan(0, length), _cipher.AsSpan(0, length), _cipher.AsSpan(length, TagSize), [isLast ? (byte)1 : (byte)0]);
        _number = checked(_number + 1);
        _filled = 0;
        await _file.WriteAsync(_cipher.AsMemory(0, length + TagSize), ct);
    }

    private static byte[] Nonce(ReadOnlySpan<byte> prefix, uint number)
    {
        var nonce = new byte[PrefixSize + sizeof(uint)];
        prefix.CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(PrefixSize), number);
        return nonce;
    }
}
