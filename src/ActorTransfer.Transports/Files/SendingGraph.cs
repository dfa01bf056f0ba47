using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Files;

/// <summary>The stream of a file that is sent from a reader to a socket, without a stage of the application.</summary>
internal static class SendingGraph
{
    private static readonly IGraph<ClosedShape, NotUsed> s_plain = Fuse(hashes: false);
    private static readonly IGraph<ClosedShape, NotUsed> s_hashing = Fuse(hashes: true);

    public static IGraph<ClosedShape, NotUsed> Get(bool hashes) => hashes ? s_hashing : s_plain;

    private static IGraph<ClosedShape, NotUsed> Fuse(bool hashes) => Fusing.Aggressive(GraphDsl.Create(builder =>
    {
        var bytes = builder.From(RunStage<SendingRun>.Source("Content", (shape, run) => new ByteSourceLogic(shape, run.Range)));
        if (hashes)
        {
            bytes = bytes.Via(RunStage<SendingRun>.Flow("Sha256", (shape, run) => Sha256Stage.CreateLogic(shape, run.Hash)));
        }

        bytes
            .Via(RunStage<SendingRun>.Flow(
                "ControlledFlow", (shape, run) => ControlledFlow.CreateLogic(shape, run.Interval, TimeProvider.System, run.Progress, run.Control)))
            .To(RunStage<SendingRun>.Sink("Link", (shape, run) => new WatchedOutgoingLogic(shape, run.Link, run.Linger, run.Sent)));
        return ClosedShape.Instance;
    }));
}

/// <summary>What is sent in one run of the <see cref="SendingGraph"/>. It ends with the link.</summary>
/// <param name="range">The content.</param>
/// <param name="link">Where it goes.</param>
/// <param name="linger">See <see cref="IByteLink.OutgoingWatched"/>.</param>
/// <param name="interval">Minimum time between two reports of progress.</param>
/// <param name="progress">See <see cref="Flows.Progress"/>.</param>
/// <param name="control">Pauses it and limits its rate.</param>
/// <param name="hashes">Whether the bytes are hashed.</param>
internal sealed class SendingRun(
    ByteRange range, SocketLink link, TimeSpan linger, TimeSpan interval, Action<long> progress, FlowControl control, bool hashes) : IGraphRun
{
    public IGraph<ClosedShape, NotUsed> Graph => SendingGraph.Get(hashes);

    public ByteRange Range => range;

    public SocketLink Link => link;

    public TimeSpan Linger => linger;

    public TimeSpan Interval => interval;

    public Action<long> Progress => progress;

    public FlowControl Control => control;

    /// <summary>The SHA-256 in lower-case hexadecimal; null when it is not wanted.</summary>
    public TaskCompletionSource<string?> Hash { get; } = Begin(hashes);

    /// <summary>The result.</summary>
    public OutgoingResult<SentBytes> Sent { get; } = new(static sent => sent);

    public void Fail(Exception reason)
    {
        Sent.Failed(0, reason);
        Hash.TrySetCanceled();
    }

    private static TaskCompletionSource<string?> Begin(bool hashes)
    {
        TaskCompletionSource<string?> hash = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!hashes)
        {
            hash.SetResult(null);
        }

        return hash;
    }
}
