using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer;

/// <summary>An account of a client and its server (RFC 6120).</summary>
public sealed record ClientAccount : ServerAddress
{
    /// <summary>Port of clients (RFC 6120 §14.7).</summary>
    public const int UsualPort = ServerEndPoint.UsualPort;

    /// <summary>Port of clients with direct TLS; common practice, not registered.</summary>
    public const int UsualDirectPort = ServerEndPoint.UsualDirectPort;

    /// <summary>Bare JID; with a resource, that resource is requested.</summary>
    public required Jid Jid { get; init; }

    /// <summary>Null if a certificate is used instead; never logged. Default: null.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Server's host name or address. Default: null, found by DNS (SRV records, RFC 6120 §3.2 and XEP-0368), else the domain itself.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>
    /// The server's client port. Default: null, from SRV, else 5222, with direct TLS 5223. With a port or a host, SRV records are not looked up.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>How the connection is encrypted. Default: <see cref="TlsMode.Required"/>.</summary>
    public TlsMode Tls { get; init; } = TlsMode.Required;

    /// <inheritdoc/>
    internal override string? HostName => Host;

    /// <inheritdoc/>
    internal override TlsMode Encryption => Tls;

    /// <inheritdoc/>
    internal override string Domain => Jid.Domain;

    /// <inheritdoc/>
    internal override string DisplayName => Jid.ToString();

    /// <summary>The server referred to <see cref="Host"/>: it is looked up like a domain (RFC 6120 §4.9.3.19), unlike a set host.</summary>
    internal bool IsReferral { get; init; }

    /// <summary>Domain whose SRV records are looked up, in ASCII; null = none are.</summary>
    internal override string? SrvDomain =>
        Port is null && (Host is null || IsReferral) && ServerSearch.IsFor(HostOrDomain) ? ServerEndPoints.ToAscii(HostOrDomain) : null;

    /// <summary>Endpoints to connect to when no SRV records are looked up, in this order.</summary>
    internal override ImmutableArray<ServerEndPoint> EndPoints =>
    [
        .. (Tls, Port) switch
        {
            (TlsMode.Required, null) => new[] { At(UsualPort, false), At(UsualDirectPort, true) },
            (TlsMode.Required, UsualDirectPort) => [At(UsualDirectPort, true)],
            (TlsMode.Required, { } port) => [At(port, false), At(port, true)],
            (TlsMode.Direct, var port) => [At(port ?? UsualDirectPort, true)],
            (_, var port) => [At(port ?? UsualPort, false)],
        },
    ];

    /// <summary>Unencrypted connections are allowed to this machine only.</summary>
    internal override Func<IPEndPoint, bool>? Allowed => Tls == TlsMode.Off ? endPoint => IPAddress.IsLoopback(endPoint.Address) : null;

    /// <summary>The same account at a host that the server refers to; certificate, domain and encryption are unchanged.</summary>
    internal ClientAccount At(OtherHost other) => this with { Host = other.Host, Port = other.Port, IsReferral = true };

    /// <inheritdoc/>
    public override string ToString() => $"{Jid} at {HostOrDomain}";

    private ServerEndPoint At(int port, bool directTls) => new(HostOrDomain, port, directTls);
}
