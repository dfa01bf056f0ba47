namespace ActorTransfer.Protocol.Streams;

/// <summary>What an XMPP stream waits for.</summary>
internal enum StreamPhase
{
    /// <summary>The server's stream header.</summary>
    Header,

    /// <summary>Its features.</summary>
    Features,

    /// <summary>Leave to begin TLS.</summary>
    Proceed,

    /// <summary>The end of the TLS handshake; whatever arrives meanwhile came in clear and does not count.</summary>
    TlsHandshake,

    /// <summary>The server's next word in SASL.</summary>
    Sasl,

    /// <summary>The server's word on the handshake of a component (XEP-0114 §3).</summary>
    Handshake,

    /// <summary>Whether the session from before goes on.</summary>
    Resume,

    /// <summary>The full JID.</summary>
    Bind,

    /// <summary>The session of RFC 3921, at servers that insist.</summary>
    Session,

    /// <summary>Whether the server manages the stream.</summary>
    Manage,

    /// <summary>Nothing: stanzas flow.</summary>
    Ready,

    /// <summary>Nothing any more.</summary>
    Over,
}
