using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer;

/// <summary>Where and as whom a client logs in (RFC 6120).</summary>
/// <param name="Account">Bare JID; with a resource, that resource is asked for.</param>
/// <param name="Host">Server's host name or address; null = where the JID's domain says in DNS (SRV records, RFC 6120 §3.2 and XEP-0368), else the domain itself.</param>
/// <param name="Port">Its client port; null = that of the SRV record, else 5222, with direct TLS 5223. With a port, or a host, SRV records are not looked up.</param>
/// <param name="Tls">How the connection is encrypted.</param>
/// <param name="Password">Null when the certificate does; never logged.</param>
public sealed record ClientAddress(Jid Account, string? Host, int? Port, TlsMode Tls, string? Password) : ServerAddress(Host, Tls)
{
    /// <summary>Port of clients (RFC 6120 §14.7).</summary>
    public const int UsualPort = ServerEndPoint.UsualPort;

    /// <summary>Port of clients that begin with TLS; a custom, never registered.</summary>
    public const int UsualDirectPort = ServerEndPoint.UsualDirectPort;

    /// <inheritdoc/>
    internal override string Domain => Account.Domain;

    /// <inheritdoc/>
    internal override string Who => Account.ToString();

    /// <summary>A server refers to <see cref="ServerAddress.Host"/>, so it is a name as a domain is (RFC 6120 §4.9.3.19), not what somebody set.</summary>
    internal bool IsReferral { get; init; }

    /// <summary>Whose SRV records say where to connect, in ASCII; null = none are looked up.</summary>
    internal override string? SrvDomain => Port is null && (Host is null || IsReferral) && ServerSearch.IsFor(HostOrDomain) ? ServerEndPoints.ToAscii(HostOrDomain) : null;

    /// <summary>Where to connect when no SRV records are looked up, in this order.</summary>
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

    /// <summary>Plain text stays on this machine.</summary>
    internal override Func<IPEndPoint, bool>? Allowed => Tls == TlsMode.Off ? endPoint => IPAddress.IsLoopback(endPoint.Address) : null;

    /// <summary>The same account at a host that the server refers to: certificate, domain and encryption stay what they were.</summary>
    internal ClientAddress At(OtherHost other) => this with { Host = other.Host, Port = other.Port, IsReferral = true };

    /// <inheritdoc/>
    public override string ToString() => $"{Account} at {HostOrDomain}";

    private ServerEndPoint At(int port, bool directTls) => new(HostOrDomain, port, directTls);
}
