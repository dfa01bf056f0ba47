using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// The stream of a <see cref="SocketRelay"/>: both directions on one actor. It is built and fused once for all relays, since that costs more
/// than all the rest of a short one; the stages find their relay in the attributes of the run. No stage reads the bytes, so they may stay in
/// the kernel.
/// </summary>
internal static class RelayGraph
{
    /// <summary>Stages that report their end to the relay.</summary>
    public const int Stages = 4;

    private static readonly IGraph<ClosedShape, NotUsed> s_unlimited = Fuse(isLimited: false);
    private static readonly IGraph<ClosedShape, NotUsed> s_limited = Fuse(isLimited: true);

    public static void Run(SocketRelay relay, IMaterializer materializer) =>
        materializer.Materialize(relay.Terms.Buckets.IsEmpty ? s_unlimited : s_limited, new Attributes(relay));

    private static IGraph<ClosedShape, NotUsed> Fuse(bool isLimited) => Fusing.Aggressive(GraphDsl.Create(builder =>
    {
        Connect(builder, fromFirst: true, isLimited);
        Connect(builder, fromFirst: false, isLimited);
        return ClosedShape.Instance;
    }));

    private static void Connect(GraphDsl.Builder<NotUsed> builder, bool fromFirst, bool isLimited)
    {
        var incoming = builder.From(new RelayIncoming(fromFirst));
        (isLimited ? incoming.Via(new RelayLimit()) : incoming).To(new RelayOutgoing(fromFirst));
    }
}
