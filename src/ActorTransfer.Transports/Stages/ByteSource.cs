using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Creates a stream from a reader.</summary>
internal static class ByteSource
{
    /// <summary>
    /// Reads on demand, one chunk at a time, and holds none without demand. The reader is opened when the stream starts and disposed when
    /// it ends. Fails with <see cref="FileShrankException"/> when the range ends early, else with the reader's exception. Value: bytes
    /// read, or the fault; fewer than <paramref name="length"/> when the downstream cancelled.
    /// </summary>
    /// <param name="name">Name for error messages.</param>
    /// <param name="open">Opens the reader.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public static Source<Chunk, Task<long>> Create(string name, Func<IByteReader> open, long offset, long length, int chunkSize)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        return Source.FromGraph(new ByteSourceStage(name, open, offset, checked(offset + length), chunkSize));
    }
}

/// <summary>The stage of <see cref="ByteSource"/>.</summary>
internal sealed class ByteSourceStage : GraphStageWithMaterializedValue<SourceShape<Chunk>, Task<long>>
{
    public ByteSourceStage(string name, Func<IByteReader> open, long offset, long end, int chunkSize)
    {
        Name = name;
        Open = open;
        Offset = offset;
        End = end;
        ChunkSize = chunkSize;
        Shape = new SourceShape<Chunk>(Out);
    }

    public string Name { get; }

    public Func<IByteReader> Open { get; }

    public long Offset { get; }

    public long End { get; }

    public int ChunkSize { get; }

    public Outlet<Chunk> Out { get; } = new("ByteSource.out");

    public override SourceShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        ByteSourceLogic logic = new(this);
        return new LogicAndMaterializedValue<Task<long>>(logic, logic.Value);
    }
}
