using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// One pair of connections as the proxy's actor keeps it. Only that actor changes it; <see cref="Left"/> and <see cref="Say"/> are called by others and
/// send it a message.
/// </summary>
internal sealed class Pair(DestinationAddress address, IActorRef proxy, long began)
{
    public DestinationAddress Address { get; } = address;

    /// <summary>Timestamp of the first connection; of the activation once there was one.</summary>
    public long Began { get; set; } = began;

    public PairState State { get; set; }

    public IByteLink? First { get; set; }

    public IByteLink? Second { get; set; }

    public PairUsage Usage { get; } = new();

    /// <summary>Domain of the other party than the requester; null before the activation.</summary>
    public string? TargetDomain { get; set; }

    public long BytesFromFirst { get; set; }

    public long BytesFromSecond { get; set; }

    /// <summary>The rate of this pair alone; null without.</summary>
    public TokenBucket? Bucket { get; set; }

    /// <summary>This direction was carried to its end.</summary>
    public bool WholeFromFirst { get; set; }

    /// <summary>As <see cref="WholeFromFirst"/>.</summary>
    public bool WholeFromSecond { get; set; }

    /// <summary>This direction broke: what was read of it may not have reached the other party.</summary>
    public bool TornFromFirst { get; set; }

    /// <summary>As <see cref="TornFromFirst"/>.</summary>
    public bool TornFromSecond { get; set; }

    /// <summary>There was an activation, whatever came after it.</summary>
    public bool IsActivated => Usage.User is not null;

    /// <summary>The queue in which the pair waits for the end of its time; this and what follows belong to the queue.</summary>
    public PairQueue? Queue { get; set; }

    public Pair? Previous { get; set; }

    public Pair? Next { get; set; }

    /// <summary>Timestamp from which its time counts.</summary>
    public long Since { get; set; }

    /// <summary>A party that nobody reads yet has closed.</summary>
    public void Left() => proxy.Tell(new PartyGone(this), ActorRefs.NoSender);

    /// <summary>The relay reports.</summary>
    public void Say(RelayEvent happened) => proxy.Tell(new RelaySaid(this, happened), ActorRefs.NoSender);

    /// <summary>To the proxy: see <see cref="Left"/>.</summary>
    internal sealed record PartyGone(Pair Pair);

    /// <summary>To the proxy: see <see cref="Say"/>.</summary>
    internal sealed record RelaySaid(Pair Pair, RelayEvent Happened);
}
