using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Files;

/// <summary>The stream of a file that is received from a socket, without a stage of the application.</summary>
internal static class ReceivingGraph
{
    public static IGraph<ClosedShape, NotUsed> Instance { get; } = Fusing.Aggressive(GraphDsl.Create(builder =>
    {
        builder
            .From(RunStage<ReceivingRun>.Source(
                "Link", (shape, run) => new SocketIncomingLogic(shape, run.Link, new ReadSize(run.Link.ChunkSize, inRow: int.MaxValue), inKernel: null)))
            .Via(RunStage<ReceivingRun>.Flow(
                "ControlledFlow", (shape, run) => ControlledFlow.CreateLogic(shape, run.Interval, TimeProvider.System, run.Progress, run.Control)))
            .Via(RunStage<ReceivingRun>.Flow(
                "TailWait", (shape, run) => TailWait.CreateLogic(shape, run.Linger, () => run.Reception.IsComplete, run.Reception.TailOver)))
            .To(RunStage<ReceivingRun>.Sink("Content", (shape, run) => new ReceiverLogic<ReceivedFile>(shape, run.Reception, run.Received)));
        return ClosedShape.Instance;
    }));
}

/// <summary>What is received in one run of the <see cref="ReceivingGraph"/>. It ends with the link.</summary>
/// <param name="link">Where it comes from.</param>
/// <param name="reception">Where it goes.</param>
/// <param name="linger">See <see cref="Flows.TailWait"/>.</param>
/// <param name="interval">Minimum time between two reports of progress.</param>
/// <param name="progress">See <see cref="Flows.Progress"/>.</param>
/// <param name="control">Pauses it and limits its rate.</param>
internal sealed class ReceivingRun(
    SocketLink link, Reception reception, TimeSpan linger, TimeSpan interval, Action<long> progress, FlowControl control) : IGraphRun
{
    public IGraph<ClosedShape, NotUsed> Graph => ReceivingGraph.Instance;

    public SocketLink Link => link;

    public Reception Reception => reception;

    public TimeSpan Linger => linger;

    public TimeSpan Interval => interval;

    public Action<long> Progress => progress;

    public FlowControl Control => control;

    /// <summary>The result, as of <see cref="IIncomingContent.Sink"/>.</summary>
    public TaskCompletionSource<ReceivedFile> Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Fail(Exception reason) => Received.TrySetException(reason);
}
