using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer;

/// <summary>The server and account of a client (RFC 6120).</summary>
/// <param name="Account">Bare JID; with a resource, that resource is requested.</param>
/// <param name="Host">Server's host name or address; null = by DNS (SRV records, RFC 6120 §3.2 and XEP-0368), else the domain itself.</param>
/// <param name="Port">Its client port; null = from SRV, else 5222, with direct TLS 5223. With a port or a host, SRV records are not looked up.</param>
/// <param name="Tls">How the connection is encrypted.</param>
/// <param name="Password">Null if a certificate is used instead; never logged.</param>
public sealed record ClientAddress(Jid Account, string? Host, int? Port, TlsMode Tls, string? Password) : ServerAddress(Host, Tls)
{
    /// <summary>Port of clients (RFC 6120 §14.7).</summary>
    public const int UsualPort = ServerEndPoint.UsualPort;

    /// <summary>Port of clients with direct TLS; common practice, not registered.</summary>
    public const int UsualDirectPort = ServerEndPoint.UsualDirectPort;

    /// <inheritdoc/>
    internal override string Domain => Account.Domain;

    /// <inheritdoc/>
    internal override string DisplayName => Account.ToString();

    /// <summary>The server referred to <see cref="ServerAddress.Host"/>: it is looked up like a domain (RFC 6120 §4.9.3.19), unlike a set host.</summary>
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
    internal ClientAddress At(OtherHost other) => this with { Host = other.Host, Port = other.Port, IsReferral = true };

    /// <inheritdoc/>
    public override string ToString() => $"{Account} at {HostOrDomain}";

    private ServerEndPoint At(int port, bool directTls) => new(HostOrDomain, port, directTls);
}
