using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>A stage from chunks to chunks without a value of its own.</summary>
internal abstract class ChunkStage : GraphStage<FlowShape<Chunk, Chunk>>
{
    protected ChunkStage(string name)
    {
        In = new Inlet<Chunk>(name + ".in");
        Out = new Outlet<Chunk>(name + ".out");
        Shape = new FlowShape<Chunk, Chunk>(In, Out);
    }

    public Inlet<Chunk> In { get; }

    public Outlet<Chunk> Out { get; }

    public override FlowShape<Chunk, Chunk> Shape { get; }
}
