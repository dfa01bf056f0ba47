namespace ActorTransfer;

/// <summary>Why a connection to an XMPP server ended or failed.</summary>
public enum LinkFault
{
    /// <summary>The server cannot be reached, does not respond, or the connection was lost.</summary>
    Unreachable,

    /// <summary>The server's certificate is not trusted.</summary>
    CertificateRefused,

    /// <summary>User name, password or certificate were refused, or no supported mechanism is offered.</summary>
    LoginRefused,

    /// <summary>The server refuses this stream: unknown domain, no encryption.</summary>
    StreamRefused,

    /// <summary>The session was replaced by another one (<c>conflict</c>). Reconnecting would replace that one in turn.</summary>
    Conflict,

    /// <summary>The domain has no XMPP service for clients by DNS (an SRV record with the target <c>.</c>, RFC 2782).</summary>
    ServiceUnavailable,
}
