using System.Collections.Immutable;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer;

/// <summary>The server and name of a component (XEP-0114).</summary>
/// <param name="Host">Server's host name or address; with TLS, its certificate must carry that name, unless it is pinned.</param>
/// <param name="Port">Its component port, 1 to 65535.</param>
/// <param name="Name">The component's domain.</param>
/// <param name="Secret">Shared with the server; never logged.</param>
/// <param name="Tls">
/// How the connection is encrypted. Default: not at all, since XEP-0114 defines no encryption; the secret itself is not sent, the rest is in clear text.
/// <see cref="TlsMode.Direct"/> for a server, or a load balancer before it, that accepts TLS at the port; <see cref="TlsMode.StartTls"/> for one that
/// offers it to components; <see cref="TlsMode.Required"/> accepts either.
/// </param>
public sealed record ComponentAddress(string Host, int Port, Jid Name, string Secret, TlsMode Tls = TlsMode.Off) : ServerAddress(Host, Tls)
{
    /// <inheritdoc/>
    internal override string Domain => Host!;

    /// <inheritdoc/>
    internal override string DisplayName => Name.ToString();

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
    public override string ToString() => $"component {Name} at {Host}:{Port}";

    private ServerEndPoint At(bool directTls) => new(Host!, Port, directTls);
}
