using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer;

/// <summary>How a connection to a server is encrypted.</summary>
public enum TlsMode
{
    /// <summary>By whichever way the server has: direct TLS on port 5223 and where nobody greets, else STARTTLS.</summary>
    Required,

    /// <summary>By STARTTLS (RFC 6120 §5).</summary>
    StartTls,

    /// <summary>From the first byte (XEP-0368).</summary>
    Direct,

    /// <summary>Not at all, with PLAIN if need be: only to this machine.</summary>
    Off,
}

/// <summary>Where an XMPP server is and what is asked of it before anything is entrusted to it.</summary>
/// <param name="Host">Host name or address; null = what <see cref="Domain"/> says.</param>
/// <param name="Tls">How the connection is encrypted.</param>
public abstract record ServerAddress(string? Host, TlsMode Tls)
{
    /// <summary>Presented to the server, which may take it for a login (SASL EXTERNAL). The caller disposes it after the engine.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Roots that are trusted instead of the machine's; null = those.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>SHA-256 of the only certificate that the server may have, in hexadecimal; then its name and issuer do not count.</summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>Name that the server's certificate must carry.</summary>
    internal abstract string Domain { get; }

    /// <summary>Who connects, for people.</summary>
    internal abstract string Who { get; }

    /// <summary>Where to connect to, when no SRV record says otherwise.</summary>
    internal string HostOrDomain => Host ?? Domain.Trim('[', ']');

    /// <summary>Where to connect when no SRV records are looked up, in this order.</summary>
    internal abstract ImmutableArray<ServerEndPoint> EndPoints { get; }

    /// <summary>Whose SRV records say where to connect, in ASCII; null = none are looked up.</summary>
    internal virtual string? SrvDomain => null;

    /// <summary>Asked for each address that a host name has; null allows all.</summary>
    internal virtual Func<IPEndPoint, bool>? Allowed => null;

    /// <summary>Servers with STARTTLS, or without TLS, will do.</summary>
    internal bool TakesStartTls => Tls != TlsMode.Direct;

    /// <summary>Servers that begin with TLS will do.</summary>
    internal bool TakesDirectTls => Tls is TlsMode.Required or TlsMode.Direct;

    /// <param name="isDirect">From the first byte, which ALPN says (XEP-0368).</param>
    internal virtual TlsTerms TlsTerms(bool isDirect) => new(ServerEndPoints.ToAscii(Domain.Trim('[', ']')))
    {
        Certificate = Certificate,
        Roots = Roots,
        PinnedSha256 = PinnedSha256,
        IsDirect = isDirect,
    };
}
