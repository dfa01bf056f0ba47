using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors;

namespace ActorTransfer;

/// <summary>
/// A SOCKS5 bytestreams proxy (XEP-0065 §6) for the users of an XMPP server. Its JID is the domain of <see cref="Account"/> or <see cref="Link"/>, one of
/// which must be set.
/// </summary>
public sealed record ProxyOptions
{
    /// <summary>Server, component and secret; the component's domain is the proxy's JID. Default: null.</summary>
    public ComponentAccount? Account { get; init; }

    /// <summary>The connection to an XMPP server in this process, for a domain, which is the proxy's JID. Default: null.</summary>
    public InProcessLink? Link { get; init; }

    /// <summary>Listen addresses, at least one; port 0 = any free port.</summary>
    public required ImmutableArray<IPEndPoint> Listen { get; init; }

    /// <summary>
    /// Addresses announced to clients: IP addresses or names as clients reach them; port 0 = that of the first listen address. Default: empty = the listen
    /// addresses, none of which may be a wildcard then.
    /// </summary>
    public ImmutableArray<DnsEndPoint> Public { get; init; } = [];

    /// <summary>
    /// Who may use it. Default: null = <c>proxy.allow</c> of <c>hocon/reference.conf</c>, and without that list the domain above the proxy's and its users.
    /// </summary>
    public ProxyAccess? Access { get; init; }

    /// <exception cref="ArgumentException">It cannot work.</exception>
    internal static ProxyDefinition Define(ProxyOptions proxy) => (proxy.Account, proxy.Link) switch
    {
        ({ } account, null) => new ProxyDefinition(At(account.Jid, proxy), new LinkDefinition.Component(account)),
        (null, { Address.IsFull: true } link) => throw new ArgumentException($"A proxy is a domain; {link.Address} is a user.", nameof(proxy)),
        (null, { } link) => new ProxyDefinition(At(link.Address, proxy), new LinkDefinition.Application(link)),
        _ => throw new ArgumentException($"A proxy needs either {nameof(Account)} or {nameof(Link)}.", nameof(proxy)),
    };

    private static BytestreamsProxy.Definition At(Jid address, ProxyOptions proxy)
    {
        var (listen, names) = (proxy.Listen, proxy.Public.IsDefault ? [] : proxy.Public);
        if (listen.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A proxy needs at least one listen address.", nameof(proxy));
        }

        return names.IsEmpty && listen.Any(at => at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any))
            ? throw new ArgumentException("Clients cannot connect to a wildcard address; give a public address.", nameof(proxy))
            : new BytestreamsProxy.Definition(address, listen, names, proxy.Access);
    }
}
