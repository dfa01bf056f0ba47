using System.Collections.Concurrent;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer;

/// <summary>
/// An XMPP domain inside the process, for first steps, demonstrations and tests: routes stanzas between the users and components that were added to it, sets
/// their sender as a server does, and answers requests to the server itself. A request to an address without a connection is answered with
/// <c>service-unavailable</c>. Engines of one process may share a domain. Thread-safe; there is nothing to dispose.
/// </summary>
/// <param name="name">Its name, for example example.org.</param>
public sealed class LocalDomain(Jid name)
{
    private static readonly DiscoInfo ServerInfo =
        new([new DiscoIdentity("server", "im", "in-process domain")], [Namespaces.DiscoInfo, Namespaces.DiscoItems, Namespaces.Ping]);

    private readonly ConcurrentDictionary<Jid, IActorRef> _links = [];

    /// <summary>Its name.</summary>
    public Jid Name { get; } = name;

    /// <summary>Stanzas for this address go to the link from now on. False: the address has a link already, or is not of this domain.</summary>
    /// <param name="address">A full JID of the domain, or the domain of a component below it.</param>
    /// <param name="link">Gets <see cref="StanzaLink.Received"/>.</param>
    internal bool TryAttach(Jid address, IActorRef link)
    {
        var isUser = address.Domain == Name.Domain && address.Local is not null && address.IsFull;
        var isComponent = address.Local is null && !address.IsFull && address.Domain.EndsWith("." + Name.Domain, StringComparison.Ordinal);
        return (isUser || isComponent) && _links.TryAdd(address, link);
    }

    /// <summary>Whether the address has a link.</summary>
    internal bool IsAttached(Jid address) => _links.ContainsKey(address);

    /// <summary>Has no effect if another link has the address.</summary>
    internal void Detach(Jid address, IActorRef link) => _links.TryRemove(KeyValuePair.Create(address, link));

    /// <summary>Routes a stanza of an attached link. Returns the response of the server, which is for the sender; null = none.</summary>
    /// <param name="address">Address of the link.</param>
    /// <param name="stanza">A component may send from each address of its domain; every other sender is replaced.</param>
    internal Iq? Route(Jid address, Iq stanza)
    {
        stanza = stanza with { From = address.Local is null && stanza.From?.Domain == address.Domain ? stanza.From : address };
        if (stanza.To is not { } to || to == Name)
        {
            return Respond(stanza);
        }

        if (_links.TryGetValue(to, out var link) || _links.TryGetValue(Jid.Parse(to.Domain), out link))
        {
            link.Tell(new StanzaLink.Received(stanza));
            return null;
        }

        return stanza.IsRequest ? stanza.Fail(StanzaError.ServiceUnavailable) : null;
    }

    /// <summary>Routes a message of an attached link. A message to a bare JID goes to one of its links; one without a destination is dropped.</summary>
    /// <param name="address">Address of the link, which replaces the sender.</param>
    /// <param name="message">The message.</param>
    internal void Route(Jid address, XmlElement message)
    {
        if (Jid.TryParse(message["to"], out var to)
            && (_links.TryGetValue(to, out var link)
                || _links.TryGetValue(Jid.Parse(to.Domain), out link)
                || (link = _links.FirstOrDefault(entry => entry.Key.Bare == to).Value) is not null))
        {
            link.Tell(new StanzaLink.Messaged(message.With("from", address.ToString())));
        }
    }

    private Iq? Respond(Iq stanza)
    {
        if (!stanza.IsRequest)
        {
            return null;
        }

        var response = stanza switch
        {
            { Type: IqType.Get, Payload: { Namespace: Namespaces.DiscoItems } query } when Disco.NodeOf(query) is null => stanza.Result(Components().ToXml()),
            { Payload: { } payload } => Disco.Answer(ServerInfo, stanza, payload),
            _ => null,
        };
        response ??= stanza.Fail(StanzaError.ServiceUnavailable);
        return response with { From = response.From ?? Name };
    }

    private DiscoItems Components() => new([.. _links.Keys.Where(address => address.Local is null).Select(address => new DiscoItem(address, null, null))]);
}
