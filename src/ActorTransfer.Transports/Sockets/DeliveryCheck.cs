namespace ActorTransfer.Transports.Sockets;

/// <summary>What is known about the bytes of a stream whose end was written.</summary>
internal enum DeliveryState
{
    /// <summary>Delivered, as far as the kernel knows.</summary>
    Delivered,

    /// <summary>Bytes are unacknowledged, and their number decreases or the peer has just ended.</summary>
    Pending,

    /// <summary>The peer has ended without acknowledging all bytes.</summary>
    PeerFailed,

    /// <summary>The peer acknowledges no bytes.</summary>
    Stalled,
}

/// <summary>Determines by the kernel's send queue and the end of the peer whether all written bytes were delivered.</summary>
internal sealed class DeliveryCheck(SocketLink link, PeerWatch watch)
{
    private bool _hasFin;
    private bool _peerEndedFirst;

    /// <summary>Bytes that were unacknowledged at the last check.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Call before the end of the bytes is written, since a peer that ended first did not wait for it.</summary>
    public void BeforeEnd() => _peerEndedFirst = watch.End is not null || TcpState.HasEnded(link.Channel.Handle);

    /// <summary>The end of the bytes was written.</summary>
    /// <param name="hasFin">False: the connection was reset meanwhile.</param>
    public void AfterEnd(bool hasFin)
    {
        _hasFin = hasFin;
        Unacknowledged = Query();
    }

    /// <summary>The linger time has passed: a slow reader is active as long as it acknowledges bytes.</summary>
    public DeliveryState Lingered()
    {
        (long before, Unacknowledged) = (Unacknowledged, Query());
        return Unacknowledged == 0 ? DeliveryState.Delivered
            : Unacknowledged < before ? DeliveryState.Pending
            : watch.End is not null ? DeliveryState.PeerFailed
            : DeliveryState.Stalled;
    }

    /// <summary>
    /// Everything was written and the peer has ended: a success, unless the kernel knows of undelivered bytes. After a FIN the last bytes
    /// may still be acknowledged, or cause a reset.
    /// </summary>
    public DeliveryState PeerEnded() =>
        Query() == 0 ? DeliveryState.Delivered
        : watch.End == PeerEnd.Reset || TcpState.IsClosed(link.Channel.Handle) ? DeliveryState.PeerFailed
        : DeliveryState.Pending;

    /// <summary>The kind of delivery after <see cref="PeerEnded"/>.</summary>
    public Delivery KindAfterPeerEnd() =>
        watch.End == PeerEnd.Reset ? Delivery.PeerReset
        : _peerEndedFirst || !SendQueue.IsKnown ? Delivery.HandedOver
        : Delivery.PeerClosed;

    private long Query() => SendQueue.Unacknowledged(link.Channel.Handle, _hasFin);
}
