using System.Collections.Immutable;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer;

/// <summary>A component and its server (XEP-0114).</summary>
public sealed record ComponentAccount : ServerAddress
{
    /// <summary>The component's domain.</summary>
    public required Jid Jid { get; init; }

    /// <summary>Server's host name or address; with TLS, its certificate must carry that name, unless it is pinned.</summary>
    public required string Host { get; init; }

    /// <summary>The server's component port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Shared with the server; never logged.</summary>
    public required string Secret { get; init; }

    /// <summary>
    /// How the connection is encrypted. Default: <see cref="TlsMode.Off"/>, since XEP-0114 defines no encryption; the secret itself is not sent, the rest
    /// is in clear text. <see cref="TlsMode.Direct"/> for a server, or a load balancer before it, that accepts TLS at the port;
    /// <see cref="TlsMode.StartTls"/> for one that offers it to components; <see cref="TlsMode.Required"/> accepts either.
    /// </summary>
    public TlsMode Tls { get; init; } = TlsMode.Off;

    /// <inheritdoc/>
    internal override string HostName => Host;

    /// <inheritdoc/>
    internal override TlsMode Encryption => Tls;

    /// <inheritdoc/>
    internal override string Domain => Host;

    /// <inheritdoc/>
    internal override string DisplayName => Jid.ToString();

    /// <inheritdoc/>
    internal override ImmutableArray<ServerEndPoint> EndPoints => Tls switch
    {
        TlsMode.Direct => [At(directTls: true)],
        TlsMode.Required => [At(directTls: false), At(directTls: true)],
        _ => [At(directTls: false)],
    };

    /// <summary>There is no ALPN protocol name for components.</summary>
    internal override TlsTerms TlsTerms(bool isDirect) => base.TlsTerms(isDirect: false);

    /// <inheritdoc/>
    public override string ToString() => $"component {Jid} at {Host}:{Port}";

    private ServerEndPoint At(bool directTls) => new(Host, Port, directTls);
}
