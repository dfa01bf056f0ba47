namespace ActorTransfer;

/// <summary>The side that caused the outcome of a transfer.</summary>
public enum TransferSide
{
    /// <summary>This process or its user.</summary>
    Local,

    /// <summary>The peer.</summary>
    Peer,

    /// <summary>The SOCKS5 bytestreams proxy, or another streamhost.</summary>
    Proxy,

    /// <summary>The XMPP server, or the link to it.</summary>
    Server,
}
