using System.Collections.Immutable;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections.InProcess;

/// <summary>Messages of an in-process XMPP domain.</summary>
internal static class LocalDomain
{
    /// <summary>Attaches the sender: its stanzas carry this address, and stanzas for it go to the sender. A full JID of the domain, or a component's domain.
    /// The sender gets <see cref="Attached"/>. Detached when it stops.</summary>
    public sealed record Attach(Jid Address);

    /// <summary>The address belongs to the sender of <see cref="Attach"/> now.</summary>
    public sealed record Attached(Jid Address);

    /// <summary>The address is taken or not of this domain.</summary>
    public sealed record AttachRefused(string Why);

    /// <summary>Routes a stanza of an attached link.</summary>
    public sealed record Route(Iq Stanza);

    /// <summary>To a link: a stanza for its address.</summary>
    public sealed record Deliver(Iq Stanza);
}

/// <summary>
/// An XMPP domain inside the process: routes stanzas between attached links, stamps their sender as a server does, responds for the server itself.
/// For demonstrations, tests and load runs. What cannot be delivered is answered with service-unavailable.
/// </summary>
internal sealed class LocalDomainActor : ReceiveActor
{
    private static readonly DiscoInfo ServerInfo =
        new([new DiscoIdentity("server", "im", "in-process domain")], [Namespaces.DiscoInfo, Namespaces.DiscoItems, Namespaces.Ping]);

    private readonly Jid _domain;
    private readonly bool _trace;
    private readonly Dictionary<Jid, IActorRef> _links = [];
    private readonly Dictionary<IActorRef, Jid> _addresses = [];

    /// <summary>Use <see cref="Props(Jid, bool)"/>.</summary>
    public LocalDomainActor(Jid domain, bool trace)
    {
        _domain = domain;
        _trace = trace;
        Receive<LocalDomain.Attach>(attach => Attach(attach.Address));
        Receive<LocalDomain.Route>(route => Route(route.Stanza));
        Receive<Terminated>(ended => Detach(ended.ActorRef));
    }

    /// <param name="domain">Its name.</param>
    /// <param name="trace">Publish <see cref="StanzaTraced"/> for the server's own answers.</param>
    public static Props Props(Jid domain, bool trace) => Akka.Actor.Props.Create(() => new LocalDomainActor(domain, trace));

    private void Attach(Jid address)
    {
        var isUser = address.Domain == _domain.Domain && address.Local is not null && address.IsFull;
        var isComponent = address.Local is null && !address.IsFull && address.Domain.EndsWith("." + _domain.Domain, StringComparison.Ordinal);
        if (!isUser && !isComponent || !_links.TryAdd(address, Sender))
        {
            Sender.Tell(new LocalDomain.AttachRefused($"{address} is taken, or is not a full JID or component of {_domain}"));
            return;
        }

        _addresses[Context.Watch(Sender)] = address;
        Sender.Tell(new LocalDomain.Attached(address));
    }

    private void Detach(IActorRef link)
    {
        if (_addresses.Remove(link, out var address))
        {
            _links.Remove(address);
        }
    }

    private void Route(Iq stanza)
    {
        if (!_addresses.TryGetValue(Sender, out var address))
        {
            return;
        }

        var from = address.Local is null && stanza.From?.Domain == address.Domain ? stanza.From : address;
        stanza = stanza with { From = from };
        if (stanza.To is null || stanza.To == _domain)
        {
            ServerRequest(stanza);
        }
        else if (_links.TryGetValue(stanza.To, out var link) || _links.TryGetValue(Jid.Parse(stanza.To.Domain), out link))
        {
            link.Tell(new LocalDomain.Deliver(stanza));
        }
        else if (stanza.IsRequest)
        {
            Answer(stanza.Fail(StanzaError.ServiceUnavailable));
        }
    }

    private void ServerRequest(Iq stanza)
    {
        if (!stanza.IsRequest)
        {
            return;
        }

        if (stanza is { Type: IqType.Get, Payload: { Namespace: Namespaces.DiscoItems } payload } && Disco.NodeOf(payload) is null)
        {
            ImmutableArray<DiscoItem> items = [.. _links.Keys.Where(jid => jid.Local is null).Select(jid => new DiscoItem(jid, null, null))];
            Answer(stanza.Result(new DiscoItems(items).ToXml()));
            return;
        }

        Answer(stanza.Payload is { } asked && Disco.Answer(ServerInfo, stanza, asked) is { } answer
            ? answer
            : stanza.Fail(StanzaError.ServiceUnavailable));
    }

    private void Answer(Iq answer)
    {
        answer = answer with { From = answer.From ?? _domain };
        if (_trace)
        {
            Context.System.EventStream.Publish(StanzaTraced.Of(Context.System, answer));
        }

        Sender.Tell(new LocalDomain.Deliver(answer));
    }
}
