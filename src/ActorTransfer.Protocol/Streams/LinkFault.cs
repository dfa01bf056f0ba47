namespace ActorTransfer;

/// <summary>What kind of thing ended a connection to an XMPP server, or kept it from being made.</summary>
public enum LinkFault
{
    /// <summary>The server cannot be reached, does not answer, or the connection broke.</summary>
    Unreachable,

    /// <summary>The server's certificate is not trusted.</summary>
    CertificateRefused,

    /// <summary>User name, password or certificate of this side were refused, or no login is offered that this side could take.</summary>
    LoginRefused,

    /// <summary>The server does not want this stream: unknown domain, no encryption.</summary>
    StreamRefused,

    /// <summary>Another login took the place of this one (<c>conflict</c>). Connecting again would throw it out, and it would do the same.</summary>
    Conflict,

    /// <summary>The domain says in DNS that it has no XMPP service for clients (an SRV record with the target <c>.</c>, RFC 2782).</summary>
    ServiceUnavailable,
}
