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
    /// <summary>Direct TLS on port 5223 and where no plain stream header is received, else STARTTLS.</summary>
    Required,

    /// <summary>By STARTTLS (RFC 6120 §5).</summary>
    StartTls,

    /// <summary>From the first byte (XEP-0368).</summary>
    Direct,

    /// <summary>None, with PLAIN if necessary; to this machine only.</summary>
    Off,
}

/// <summary>Where an XMPP server is and how its identity is verified.</summary>
public abstract record ServerAddress
{
    private protected ServerAddress()
    {
    }

    /// <summary>
    /// Entity whose disco items are searched for proxies. Default: null, the domain of an account, and the domain above that of a component.
    /// </summary>
    public Jid? ProxiesFrom { get; init; }

    /// <summary>Presented to the server, which may accept it as login (SASL EXTERNAL). The caller disposes it after the engine.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Trusted roots instead of the machine's; null = the machine's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>SHA-256 of the only accepted server certificate, in hexadecimal; its name and issuer are then not checked.</summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>Host name or address; null = found by <see cref="Domain"/>.</summary>
    internal abstract string? HostName { get; }

    /// <summary>How the connection is encrypted.</summary>
    internal abstract TlsMode Encryption { get; }

    /// <summary>Name that the server's certificate must carry.</summary>
    internal abstract string Domain { get; }

    /// <summary>The account or component, for log lines.</summary>
    internal abstract string DisplayName { get; }

    /// <summary>Host to connect to when there is no SRV record.</summary>
    internal string HostOrDomain => HostName ?? Domain.Trim('[', ']');

    /// <summary>Endpoints to connect to when no SRV records are looked up, in this order.</summary>
    internal abstract ImmutableArray<ServerEndPoint> EndPoints { get; }

    /// <summary>Domain whose SRV records are looked up, in ASCII; null = none are.</summary>
    internal virtual string? SrvDomain => null;

    /// <summary>Checks each address of a host name before connecting; null allows all.</summary>
    internal virtual Func<IPEndPoint, bool>? Allowed => null;

    /// <summary>Endpoints with STARTTLS, or without TLS, are accepted.</summary>
    internal bool TakesStartTls => Encryption != TlsMode.Direct;

    /// <summary>Endpoints with direct TLS are accepted.</summary>
    internal bool TakesDirectTls => Encryption is TlsMode.Required or TlsMode.Direct;

    /// <param name="isDirect">TLS from the first byte, announced by ALPN (XEP-0368).</param>
    internal virtual TlsTerms TlsTerms(bool isDirect) => new(ServerEndPoints.ToAscii(Domain.Trim('[', ']')))
    {
        Certificate = Certificate,
        Roots = Roots,
        PinnedSha256 = PinnedSha256,
        IsDirect = isDirect,
    };
}
