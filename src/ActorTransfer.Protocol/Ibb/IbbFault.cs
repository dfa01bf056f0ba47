namespace ActorTransfer.Protocol.Ibb;

/// <summary>Why an in-band bytestream ended before its end.</summary>
internal enum IbbFault
{
    /// <summary>The peer closed it although bytes were still to be sent: it cancelled.</summary>
    PeerClosed,

    /// <summary>The peer refused a block, or broke the rules.</summary>
    PeerRefused,

    /// <summary>The peer did not acknowledge a block in time, or had no room for too long.</summary>
    PeerStalled,

    /// <summary>The XMPP link that carried it is lost.</summary>
    LinkLost,

    /// <summary>The peer does not handle blocks in the order in which they were sent: it lost several that were under way at a time.</summary>
    OutOfOrder,

    /// <summary>This side wanted no more.</summary>
    Local,
}
