using System.Buffers;
using System.IO.Pipelines;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Files;

/// <summary>A pipe whose length is known. It can be read once, so it does not offer ranges.</summary>
internal sealed class PipeContent : IReadableRange, IDisposable
{
    private readonly PipeReader _reader;
    private int _state;

    /// <summary>Offers the content of the pipe.</summary>
    /// <param name="reader">Completed by <see cref="Dispose"/> or at the end of its stream.</param>
    /// <param name="file">Metadata of the offer, with the size: stream initiation announces it before the first byte (XEP-0096 §3).</param>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public PipeContent(PipeReader reader, FileDescription file)
    {
        if (file.Size < 0)
        {
            throw new ArgumentException("An offer needs the size; specify it for a pipe or a stream that cannot seek.", nameof(file));
        }

        _reader = reader;
        Description = file with { Ranged = false };
    }

    /// <inheritdoc/>
    public FileDescription Description { get; }

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
        ByteSource.Create(Range(offset, length, chunkSize)).MapMaterializedValue(_ => NotUsed.Instance);

    /// <inheritdoc/>
    public ByteRange Range(long offset, long length, int chunkSize) => offset == 0 && length == Description.Size
        ? new ByteRange(Description.Name, OpenReader, 0, length, chunkSize)
        : throw new NotSupportedException("A pipe has no ranges.");

    /// <summary>Completes the pipe, unless a stream reads it and completes it later. Call it when the transfer has ended.</summary>
    public void Dispose() => Complete(State.Fresh);

    private IByteReader OpenReader() => Interlocked.CompareExchange(ref _state, (int)State.Read, (int)State.Fresh) == (int)State.Fresh
        ? new Reader(this)
        : throw new ObjectDisposedException(nameof(PipeContent), "A pipe can be read once.");

    private void Complete(State from)
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.Completed, (int)from) == (int)from)
        {
            _reader.Complete();
        }
    }

    private enum State
    {
        Fresh,
        Read,
        Completed,
    }

    private sealed class Reader(PipeContent content) : IByteReader
    {
        public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct)
        {
            var result = await content._reader.ReadAsync(ct).ConfigureAwait(false);
            var count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            var bytes = result.Buffer.Slice(0, count);
            bytes.CopyTo(buffer.Span);
            content._reader.AdvanceTo(bytes.End); // the buffer now belongs to the pipe again
            return count;
        }

        public void Dispose() => content.Complete(State.Read);
    }
}
