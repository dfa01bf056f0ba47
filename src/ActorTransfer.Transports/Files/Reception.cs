using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Files;

/// <summary>Writes the bytes of one stream to a <see cref="ByteStore"/>, which it owns.</summary>
internal sealed class Reception : IIncomingContent, IByteReceiver<ReceivedFile>
{
    private readonly ByteStore _store;
    private readonly ContentWriter _writer;
    private readonly long? _size;
    private readonly string? _md5;
    private readonly string? _expected;
    private readonly TaskCompletionSource _tailOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RangeProbe? _probe;
    private long _received;
    private bool _restarted;
    private bool _full;
    private bool _concluded;

    /// <summary>Expects a file.</summary>
    /// <param name="store">The destination.</param>
    /// <param name="size">Bytes of the whole file; null = unknown: it is complete when the stream ends in order.</param>
    /// <param name="md5">Its MD5 in lower-case hexadecimal, if it is known.</param>
    /// <param name="partial">The partial file that the store contains already.</param>
    /// <param name="maxSize">Maximum number of bytes when the size is unknown; null = unlimited.</param>
    /// <param name="computesDigest">Whether the SHA-256 is required. It is computed as well when the store needs checkpoints.</param>
    /// <param name="sha256">Its SHA-256 in lower-case hexadecimal, if it is known.</param>
    /// <param name="function">By which a sender by Jingle gives a hash; it is compared elsewhere.</param>
    public Reception(
        ByteStore store,
        long? size,
        string? md5,
        VerifiedPartialFile? partial = null,
        long? maxSize = null,
        bool computesDigest = true,
        string? sha256 = null,
        HashFunction? function = null)
    {
        _store = store;
        bool withSha256 = computesDigest || sha256 is not null || store.CheckpointEvery > 0;
        _writer = new ContentWriter(store, size, maxSize, withSha256, md5 is not null, function, partial);
        (_size, _md5, _expected) = (size, md5, sha256);
        _probe = partial?.Probe;
        Offset = partial?.Offset ?? 0;
    }

    /// <inheritdoc/>
    public long Offset { get; }

    /// <summary>See <see cref="Flows.TailWait"/>.</summary>
    public Task TailOver => _tailOver.Task;

    /// <summary>Hashes of all bytes, once they have arrived.</summary>
    public FileHashes Hashes { get; private set; } = FileHashes.None;

    /// <summary>Called and awaited after all bytes are verified, before the file is put in place.</summary>
    public Func<Task>? Arrived { private get; set; }

    /// <summary>Read by stages while a write may run elsewhere.</summary>
    public bool IsComplete => Volatile.Read(ref _full);

    /// <inheritdoc/>
    public Sink<Chunk, Task<ReceivedFile>> Sink(TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null)
    {
        Arrived = arrived;
        Flow<Chunk, Chunk, NotUsed> tail = Flows.TailWait(tailWait, () => IsComplete, TailOver);
        return (stage is null ? tail : tail.Via(stage)).ToMaterialized(ReceiverSink.Create(this), Keep.Right);
    }

    /// <inheritdoc/>
    public void Conclude()
    {
        Volatile.Write(ref _concluded, true);
        EndTail();
    }

    /// <inheritdoc/>
    public void Discard() => _store.Discard();

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    void IByteReceiver<ReceivedFile>.Start()
    {
        if (_received > 0)
        {
            throw new InvalidOperationException("Bytes of an earlier stream have already arrived.");
        }

        Volatile.Write(ref _full, _size == 0);
        EndTail();
    }

    async ValueTask IByteReceiver<ReceivedFile>.WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _received += bytes.Length;
        if (_probe is { } probe)
        {
            bytes = bytes[probe.Take(bytes.Span)..];
            if (!probe.IsComplete)
            {
                return;
            }

            _probe = null;
            if (!probe.Matches)
            {
                Restart();
                await _writer.WriteAsync(probe.Bytes);
            }
        }

        await _writer.WriteAsync(bytes);
        Volatile.Write(ref _full, _writer.Position == _size);
        EndTail();
    }

    async Task<ReceivedFile> IByteReceiver<ReceivedFile>.FinishAsync()
    {
        if (_probe is not null || _writer.Position < _size)
        {
            throw EndedEarly();
        }

        (Hashes, string? md5) = _writer.Finish();
        string? sha256 = Hashes.Find(HashFunction.Sha256)?.Hex;
        if (md5 != _md5)
        {
            _store.Discard();
            throw new WrongHashException($"The received file has MD5 {md5}, but {_md5} was offered.");
        }

        if (_expected is not null && sha256 != _expected)
        {
            _store.Discard();
            throw new WrongHashException($"The received file has SHA-256 {sha256}, but {_expected} was announced.");
        }

        if (Arrived is { } arrived)
        {
            await arrived();
        }

        return new ReceivedFile(_received, sha256, await _store.CompleteAsync());
    }

    /// <summary>The two conditions are set on two threads; the later one sees the earlier.</summary>
    private void EndTail()
    {
        Interlocked.MemoryBarrier();
        if (IsComplete && Volatile.Read(ref _concluded))
        {
            _tailOver.TrySetResult();
        }
    }

    /// <summary>The sender started at 0 although the rest was requested, or its file has changed: the byte count will show it.</summary>
    private void Restart()
    {
        _restarted = true;
        _writer.Restart();
    }

    private IOException EndedEarly()
    {
        if (_restarted && _received == _size - Offset)
        {
            _store.Discard();
            return new WrongHashException("The rest of the file does not match the partial file: the file was changed.");
        }

        return new LengthException(LengthFault.TooShort, (_restarted ? _size : _size - Offset) ?? 0, _received);
    }
}
