using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Files;

/// <summary>Writes received bytes to a store: limits their number, hashes them, and marks checkpoints.</summary>
#pragma warning disable CA1001 // Finish disposes the hash; that of a failed stream is left to the finalizer, since a write may still use it
internal sealed class ContentWriter
#pragma warning restore CA1001
{
    private readonly ByteStore _store;
    private readonly long? _size;
    private readonly long _most;
    private readonly bool _withSha256;
    private readonly bool _withMd5;
    private readonly HashFunction? _function;
    private ContentHash _hash;

    /// <param name="store">The destination.</param>
    /// <param name="size">Bytes of the whole file; null = unknown.</param>
    /// <param name="maxSize">Maximum number of bytes when the size is unknown; null = unlimited.</param>
    /// <param name="withSha256">Required when the store needs checkpoints.</param>
    /// <param name="withMd5">To compare with an offered one.</param>
    /// <param name="function">To compare with a hash of a sender by Jingle.</param>
    /// <param name="partial">The partial file that the store contains already.</param>
    public ContentWriter(
        ByteStore store, long? size, long? maxSize, bool withSha256, bool withMd5, HashFunction? function, VerifiedPartialFile? partial)
    {
        _store = store;
        _size = size;
        _most = size ?? maxSize ?? long.MaxValue;
        (_withSha256, _withMd5, _function) = (withSha256, withMd5, function);
        _hash = partial?.Hash ?? new ContentHash(withSha256, withMd5, function);
        Position = partial?.Length ?? 0;
    }

    /// <summary>Bytes of the file so far.</summary>
    public long Position { get; private set; }

    /// <summary>Appends.</summary>
    /// <exception cref="LengthException">The file has more bytes than expected.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length > _most - Position)
        {
            _store.Discard();
            throw new LengthException(_size is null ? LengthFault.AboveLimit : LengthFault.TooLong, _most, Position + bytes.Length);
        }

        Checkpoint? checkpoint = Hash(bytes.Span);
        await _store.WriteAsync(bytes);
        Position += bytes.Length;
        if (checkpoint is { } proof)
        {
            _store.Mark(proof);
        }
    }

    /// <summary>Drops all bytes: the next ones are the first.</summary>
    public void Restart()
    {
        Position = 0;
        _hash.Dispose();
        _hash = new ContentHash(_withSha256, _withMd5, _function);
        _store.Restart();
    }

    /// <summary>The hashes of all bytes. Nothing can be written afterwards.</summary>
    public (FileHashes Hashes, string? Md5) Finish()
    {
        using ContentHash hash = _hash;
        return (hash.Hashes, hash.Md5);
    }

    /// <summary>The last checkpoint within the bytes, if any.</summary>
    private Checkpoint? Hash(ReadOnlySpan<byte> bytes)
    {
        Checkpoint? last = null;
        if (_store.CheckpointEvery is > 0 and var every && (Position + bytes.Length) / every * every is var at && at > Position)
        {
            int before = (int)(at - Position);
            _hash.Append(bytes[..before]);
            last = new Checkpoint(at, _hash.Sha256!);
            bytes = bytes[before..];
        }

        _hash.Append(bytes);
        return last;
    }
}
