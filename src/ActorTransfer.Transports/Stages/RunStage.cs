using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// A stage of a graph that is built and fused once for all its runs: what differs from run to run is in the attributes of the run. Building and fusing
/// costs more than all the rest of a short stream.
/// </summary>
/// <typeparam name="TShape">Its shape.</typeparam>
/// <typeparam name="TRun">The attribute.</typeparam>
/// <param name="shape">Its ports.</param>
/// <param name="create">Creates the logic of a run.</param>
internal sealed class RunStage<TShape, TRun>(TShape shape, Func<TShape, TRun, GraphStageLogic> create) : GraphStage<TShape>
    where TShape : Shape
    where TRun : class, IGraphRun
{
    public override TShape Shape => shape;

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => create(shape, inheritedAttributes.GetMandatoryAttribute<TRun>());
}

/// <summary>Creates the stages of a graph.</summary>
/// <typeparam name="TRun">The attribute of its runs.</typeparam>
internal static class RunStage<TRun>
    where TRun : class, IGraphRun
{
    public static RunStage<SourceShape<Chunk>, TRun> Source(string name, Func<SourceShape<Chunk>, TRun, GraphStageLogic> create) =>
        new(new SourceShape<Chunk>(new Outlet<Chunk>(name + ".out")), create);

    public static RunStage<FlowShape<Chunk, Chunk>, TRun> Flow(string name, Func<FlowShape<Chunk, Chunk>, TRun, GraphStageLogic> create) =>
        new(new FlowShape<Chunk, Chunk>(new Inlet<Chunk>(name + ".in"), new Outlet<Chunk>(name + ".out")), create);

    public static RunStage<SinkShape<Chunk>, TRun> Sink(string name, Func<SinkShape<Chunk>, TRun, GraphStageLogic> create) =>
        new(new SinkShape<Chunk>(new Inlet<Chunk>(name + ".in")), create);
}
