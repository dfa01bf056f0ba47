namespace ActorTransfer.Protocol.Streams;

/// <summary>What an XMPP stream is waiting for.</summary>
internal enum StreamPhase
{
    /// <summary>The server's stream header.</summary>
    Header,

    /// <summary>Its features.</summary>
    Features,

    /// <summary>Permission to begin TLS.</summary>
    Proceed,

    /// <summary>The end of the TLS handshake; bytes received before it were unencrypted and are ignored.</summary>
    TlsHandshake,

    /// <summary>The server's next SASL element.</summary>
    Sasl,

    /// <summary>The server's response to the handshake of a component (XEP-0114 §3).</summary>
    Handshake,

    /// <summary>The result of resumption.</summary>
    Resume,

    /// <summary>The result of resource binding.</summary>
    Bind,

    /// <summary>The session of RFC 3921, at servers that require it.</summary>
    Session,

    /// <summary>The result of enabling stream management.</summary>
    Manage,

    /// <summary>Nothing: the session is established.</summary>
    Ready,

    /// <summary>Nothing: the stream has ended.</summary>
    Over,
}
