namespace ActorTransfer.Protocol.Ibb;

/// <summary>Why an in-band bytestream ended early.</summary>
internal enum IbbFault
{
    /// <summary>The peer closed it before all bytes were sent: it cancelled.</summary>
    PeerClosed,

    /// <summary>The peer refused a block, or violated the protocol.</summary>
    PeerRefused,

    /// <summary>The peer did not acknowledge a block in time, or had no buffer space for too long.</summary>
    PeerStalled,

    /// <summary>The XMPP link was lost.</summary>
    LinkLost,

    /// <summary>The peer reordered blocks: it lost several that were outstanding at the same time.</summary>
    OutOfOrder,

    /// <summary>This side cancelled.</summary>
    Local,
}
