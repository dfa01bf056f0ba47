using Akka.Actor;

namespace ActorTransfer.Actors.Connections.InProcess;

/// <summary>The link of a connection to a <see cref="LocalDomainActor"/>: passes stanzas without serializing them. Child of its connection.</summary>
internal sealed class InProcessLinkActor : ReceiveActor
{
    private readonly Jid _address;
    private readonly IActorRef _domain;

    /// <summary>Use <see cref="Props(Jid, IActorRef)"/>.</summary>
    public InProcessLinkActor(Jid address, IActorRef domain)
    {
        _address = address;
        _domain = domain;
        Receive<StanzaLink.Start>(_ => Start());
        Receive<StanzaLink.Write>(Write);
        Receive<LocalDomain.Deliver>(deliver => Context.Parent.Tell(new StanzaLink.Received(deliver.Stanza)));
        Receive<LocalDomain.Attached>(_ => Context.Parent.Tell(new StanzaLink.Opened(_address, InProcess: true)));
        Receive<LocalDomain.AttachRefused>(refused => Context.Parent.Tell(new StanzaLink.Closed(refused.Why, ForGood: true)));
        Receive<Terminated>(_ => Context.Parent.Tell(new StanzaLink.Closed("the in-process domain stopped", ForGood: true)));
    }

    /// <param name="address">A full JID of the domain, or a component's domain below it.</param>
    /// <param name="domain">The domain actor.</param>
    public static Props Props(Jid address, IActorRef domain) => Akka.Actor.Props.Create(() => new InProcessLinkActor(address, domain));

    private void Start()
    {
        Context.Watch(_domain);
        _domain.Tell(new LocalDomain.Attach(_address));
    }

    private void Write(StanzaLink.Write write)
    {
        _domain.Tell(new LocalDomain.Route(write.Stanza));
        Sender.Tell(StanzaLink.Written.Instance);
    }
}
