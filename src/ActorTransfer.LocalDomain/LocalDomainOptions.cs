using System.Net;
using ActorTransfer.Actors;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer;

/// <summary>Adds users and proxies of a <see cref="LocalDomain"/> to an engine.</summary>
public static class LocalDomainOptions
{
    /// <summary>A user of an in-process domain; its account is named after the local part of its JID, a component's after its domain.</summary>
    /// <param name="options">Options of the engine.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="user">A full JID of the domain, or the domain of a component below it.</param>
    /// <exception cref="ArgumentException">There already is an account or proxy of this name.</exception>
    public static ActorTransferOptions AddLocalUser(this ActorTransferOptions options, LocalDomain domain, Jid user) =>
        options.Add(new AccountDefinition(user.Local ?? user.Domain, Link(domain, user), domain.Name));

    /// <summary>A SOCKS5 bytestreams proxy (XEP-0065 §6) of an in-process domain.</summary>
    /// <param name="options">Options of the engine.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="component">Its JID, a domain below that of <paramref name="domain"/>.</param>
    /// <param name="listen">Listen address; port 0 = any free port.</param>
    /// <param name="access">Who may use it; null = everyone, regardless of <c>proxy.allow</c>.</param>
    /// <exception cref="ArgumentException">There already is an account or proxy of this name.</exception>
    public static ActorTransferOptions AddLocalProxy(
        this ActorTransferOptions options, LocalDomain domain, Jid component, IPEndPoint listen, ProxyAccess? access = null) =>
        options.Add(new ProxyDefinition(
            new BytestreamsProxy.Definition(component, [listen], [], access ?? ProxyAccess.Everybody), Link(domain, component)));

    private static LinkDefinition.InProcess Link(LocalDomain domain, Jid address) => new(LocalLinkActor.Props(domain, address));
}
