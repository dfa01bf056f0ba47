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
    private PairDirection _fromFirst;
    private PairDirection _fromSecond;

    public DestinationAddress Address { get; } = address;

    /// <summary>Timestamp of the first connection; later of the activation.</summary>
    public long Began { get; set; } = began;

    public PairState State { get; set; }

    public IByteLink? First { get; private set; }

    public IByteLink? Second { get; private set; }

    public PairUsage Usage { get; } = new();

    /// <summary>Domain of the target; null before the activation.</summary>
    public string? TargetDomain { get; set; }

    /// <summary>The pair was activated, even if it has failed since.</summary>
    public bool IsActivated => Usage.User is not null;

    /// <summary>Bytes relayed in both directions.</summary>
    public long Bytes => _fromFirst.Bytes + _fromSecond.Bytes;

    /// <summary>One direction is complete; the other has bytes that its reader has not taken.</summary>
    public bool IsStuck => State.Phase == PairPhase.HalfClosed && (_fromFirst.IsComplete ? Second : First) is { IsPassedOn: false };

    /// <summary>The deadline queue of the pair; this and what follows belong to the queue.</summary>
    public PairQueue? Queue { get; set; }

    public Pair? Previous { get; set; }

    public Pair? Next { get; set; }

    /// <summary>Timestamp at which its current timeout started.</summary>
    public long Since { get; set; }

    /// <summary>Adds the connection of a client. It is not read before the activation: early bytes wait in the kernel.</summary>
    public void Add(IByteLink link)
    {
        if (First is null)
        {
            First = link;
        }
        else
        {
            Second = link;
        }

        link.WatchClose(Closed);
    }

    /// <summary>A report of the relay. Returns how many more bytes were relayed.</summary>
    /// <param name="fromFirst">The direction.</param>
    /// <param name="total">All bytes of that direction so far.</param>
    public long Count(bool fromFirst, long total)
    {
        ref var direction = ref From(fromFirst);
        var more = Math.Max(0, total - direction.Bytes);
        direction.Bytes += more;
        return more;
    }

    /// <summary>A direction has ended.</summary>
    /// <param name="fromFirst">The direction.</param>
    /// <param name="isComplete">It was relayed to its end; false: it failed.</param>
    public void End(bool fromFirst, bool isComplete)
    {
        ref var direction = ref From(fromFirst);
        direction.IsComplete |= isComplete;
        direction.HasFailed |= !isComplete;
    }

    /// <summary>
    /// A client that did not get everything is reset, so that it does not take a part for the whole; so is one whose bytes did not all arrive, because
    /// it takes the proxy's TCP acknowledgements for delivery, unless the reset could discard bytes that it has not read yet.
    /// </summary>
    public void CloseLinks(PairEnd end)
    {
        var hasFailed = end is PairEnd.Broken or PairEnd.Idle or PairEnd.Failed;
        Close(First, reset: hasFailed && MustReset(sent: _fromFirst, received: _fromSecond));
        Close(Second, reset: hasFailed && MustReset(sent: _fromSecond, received: _fromFirst));
        (First, Second) = (null, null);
    }

    /// <summary>A connection that is not relayed yet was closed.</summary>
    public void Closed() => proxy.Tell(new ConnectionClosed(this), ActorRefs.NoSender);

    /// <summary>Reports an event of the relay.</summary>
    public void Report(RelayEvent relayEvent) => proxy.Tell(new RelayReported(this, relayEvent), ActorRefs.NoSender);

    private static bool MustReset(PairDirection sent, PairDirection received) => !received.IsComplete || (sent.HasFailed && received.Bytes == 0);

    private static void Close(IByteLink? link, bool reset)
    {
        if (reset)
        {
            link?.Abort();
        }

        link?.Dispose();
    }

    private ref PairDirection From(bool first) => ref first ? ref _fromFirst : ref _fromSecond;

    /// <summary>To the proxy: see <see cref="Closed"/>.</summary>
    internal sealed record ConnectionClosed(Pair Pair);

    /// <summary>To the proxy: see <see cref="Report"/>.</summary>
    internal sealed record RelayReported(Pair Pair, RelayEvent Event);

    /// <summary>What was relayed from one client to the other.</summary>
    private struct PairDirection
    {
        public long Bytes { get; set; }

        /// <summary>It was relayed to its end.</summary>
        public bool IsComplete { get; set; }

        /// <summary>Bytes read from the client may not have been delivered.</summary>
        public bool HasFailed { get; set; }
    }
}
