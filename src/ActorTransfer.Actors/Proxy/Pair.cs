using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// One pair of connections. Only the proxy's actor changes it; <see cref="Closed"/> and <see cref="Report"/> are called by others and
/// send it a message.
/// </summary>
internal sealed class Pair(DestinationAddress address, IActorRef proxy, long began)
{
    public DestinationAddress Address { get; } = address;

    /// <summary>Timestamp of the first connection; later of the activation.</summary>
    public long Began { get; set; } = began;

    public PairState State { get; set; }

    public IByteLink? First { get; set; }

    public IByteLink? Second { get; set; }

    public PairUsage Usage { get; } = new();

    /// <summary>Domain of the target; null before the activation.</summary>
    public string? TargetDomain { get; set; }

    public long BytesFromFirst { get; set; }

    public long BytesFromSecond { get; set; }

    /// <summary>The rate limit of this pair; null = none.</summary>
    public TokenBucket? Bucket { get; set; }

    /// <summary>This direction was relayed completely.</summary>
    public bool CompletedFromFirst { get; set; }

    /// <summary>As <see cref="CompletedFromFirst"/>.</summary>
    public bool CompletedFromSecond { get; set; }

    /// <summary>This direction failed: bytes read from it may not have been delivered.</summary>
    public bool FailedFromFirst { get; set; }

    /// <summary>As <see cref="FailedFromFirst"/>.</summary>
    public bool FailedFromSecond { get; set; }

    /// <summary>The pair was activated, even if it has failed since.</summary>
    public bool IsActivated => Usage.User is not null;

    /// <summary>The deadline queue of the pair; this and what follows belong to the queue.</summary>
    public PairQueue? Queue { get; set; }

    public Pair? Previous { get; set; }

    public Pair? Next { get; set; }

    /// <summary>Timestamp at which its current timeout started.</summary>
    public long Since { get; set; }

    /// <summary>A connection that is not relayed yet was closed.</summary>
    public void Closed() => proxy.Tell(new ConnectionClosed(this), ActorRefs.NoSender);

    /// <summary>Reports an event of the relay.</summary>
    public void Report(RelayEvent relayEvent) => proxy.Tell(new RelayReported(this, relayEvent), ActorRefs.NoSender);

    /// <summary>To the proxy: see <see cref="Closed"/>.</summary>
    internal sealed record ConnectionClosed(Pair Pair);

    /// <summary>To the proxy: see <see cref="Report"/>.</summary>
    internal sealed record RelayReported(Pair Pair, RelayEvent Event);
}
