using ActorTransfer.Extensibility;
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
    /// read, or the fault; fewer than the range has when the downstream cancelled.
    /// </summary>
    public static Source<Chunk, Task<long>> Create(ByteRange range) => Source.FromGraph(new ByteSourceStage(range));
}

/// <summary>The stage of <see cref="ByteSource"/>.</summary>
internal sealed class ByteSourceStage(ByteRange range) : GraphStageWithMaterializedValue<SourceShape<Chunk>, Task<long>>
{
    public override SourceShape<Chunk> Shape { get; } = new(new Outlet<Chunk>("ByteSource.out"));

    public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        ByteSourceLogic logic = new(Shape, range);
        return new LogicAndMaterializedValue<Task<long>>(logic, logic.Value);
    }
}
