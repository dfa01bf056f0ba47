namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>The kind of a candidate. Source: XEP-0260 §2.2.</summary>
internal enum CandidateType
{
    /// <summary>The offerer listens there itself.</summary>
    Direct,

    /// <summary>The offerer listens there through a mapping of its network, such as UPnP.</summary>
    Assisted,

    /// <summary>The offerer listens there through a tunnel.</summary>
    Tunnel,

    /// <summary>A SOCKS5 bytestreams proxy.</summary>
    Proxy,
}
