using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer;

/// <summary>The link of a connection to a <see cref="LocalDomain"/>: passes stanzas without serializing them. Child of its connection.</summary>
internal sealed class LocalLinkActor : ReceiveActor
{
    private readonly LocalDomain _domain;
    private readonly Jid _address;

    /// <summary>Use <see cref="Props(LocalDomain, Jid)"/>.</summary>
    public LocalLinkActor(LocalDomain domain, Jid address)
    {
        (_domain, _address) = (domain, address);
        Receive<StanzaLink.Start>(_ => Start());
        Receive<StanzaLink.Write>(Write);
        Receive<StanzaLink.WriteMessage>(Write);
        Receive<StanzaLink.Messaged>(messaged => Context.Parent.Tell(messaged));
        Receive<StanzaLink.Received>(received => Context.Parent.Tell(received));
        Receive<StanzaLink.End>(_ => Context.Stop(Self));
    }

    /// <param name="domain">The domain.</param>
    /// <param name="address">A full JID of the domain, or a component's domain below it.</param>
    public static Props Props(LocalDomain domain, Jid address) => Akka.Actor.Props.Create(() => new LocalLinkActor(domain, address));

    /// <inheritdoc/>
    protected override void PostStop() => _domain.Detach(_address, Self);

    private void Start() => Context.Parent.Tell(_domain.TryAttach(_address, Self)
        ? new StanzaLink.Opened(_address, InProcess: true)
        : new StanzaLink.Closed($"{_address} has a connection already, or is not a full JID or component of {_domain.Name}", ForGood: true)
        {
            Fault = LinkFault.Conflict,
        });

    private void Write(StanzaLink.WriteMessage write)
    {
        _domain.Route(_address, write.Message);
        Sender.Tell(StanzaLink.Written.Instance);
    }

    private void Write(StanzaLink.Write write)
    {
        if (_domain.Route(_address, write.Stanza) is { } response)
        {
            Context.Parent.Tell(new StanzaLink.Received(response) { IsOfDomain = true });
        }

        Sender.Tell(StanzaLink.Written.Instance);
    }
}
