using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// A relay between two sockets, both directions as one stream on one actor. No stage between the sockets reads the bytes, so they may stay
/// in the kernel. The stream starts at the first sign of either side: many pairs move their first byte late or never, and a stream costs
/// more memory than the rest of a pair. The graph was fused once for all relays; its stages find this object in the attributes of the run.
/// </summary>
internal sealed class SocketRelay : Attributes.IMandatoryAttribute, IReadiness
{
    private static readonly IGraph<ClosedShape, NotUsed> s_plain = Fuse(isLimited: false);
    private static readonly IGraph<ClosedShape, NotUsed> s_limited = Fuse(isLimited: true);

    private readonly IMaterializer _materializer;
    private readonly Action<RelayEvent> _report;
    private int _started;

    public SocketRelay(SocketLink first, SocketLink second, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> report)
    {
        (First, Second, Terms) = (first, second, terms);
        (_materializer, _report) = (materializer, report);
    }

    public SocketLink First { get; }

    public SocketLink Second { get; }

    public RelayTerms Terms { get; }

    /// <summary>Waits for bytes or an end of either side, then relays.</summary>
    public void Start()
    {
        if (First is { HasEarly: false, Channel: LinuxChannel first } && Second is { HasEarly: false, Channel: LinuxChannel second })
        {
            try
            {
                first.WaitReadable(this);
                second.WaitReadable(this);
                return;
            }
            catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                // The connection has ended: the stream reports how.
            }
        }

        OnReady();
    }

    /// <summary>Called by each of the two waits, the second time without effect.</summary>
    public void OnReady()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            Run();
        }
    }

    public void Report(RelayEvent happened) => _report(happened);

    private void Run()
    {
        try
        {
            _materializer.Materialize(Terms.Buckets.IsEmpty ? s_plain : s_limited, new Attributes(this));
        }
        catch (Exception fault) when (_materializer is ActorMaterializer { IsShutdown: true })
        {
            Report(new RelayEvent.Ended(FromFirst: true, 0, fault));
            Report(new RelayEvent.Ended(FromFirst: false, 0, fault));
        }
    }

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
