using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>The link of a node. Its connection and two hubs are inboxes.</summary>
public sealed class RemoteLinkActorSpec : IAsyncLifetime
{
    private static readonly Jid s_files = Jid.Parse("files.example");
    private static readonly Jid s_peer = Jid.Parse("ada@north.example/desk");

    private readonly ActorSystem _system = ActorSystem.Create(
        "node",
        """
        akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = cluster }
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        """);

    private Inbox _connection = null!;
    private Inbox _hub = null!;
    private Inbox _next = null!;
    private IActorRef _link = ActorRefs.Nobody;

    public async Task InitializeAsync()
    {
        (_connection, _hub, _next) = (Inbox.Create(_system), Inbox.Create(_system), Inbox.Create(_system));
        var settings = EngineSettings.Read(ConfigurationFactory.Empty).Connection;
        var props = RemoteLinkActor.Props("files.example", _hub.Receiver.Path.ToStringWithoutAddress(), settings);
        _link = (await _system.ActorOf(Props.Create(() => new Parent(props, _connection.Receiver))).Ask<Child>(new Child(ActorRefs.Nobody))).Actor;
        _link.Tell(new TransferSharing.Started([], new TransferSharing.Load(0, 10, HasReader: true, IsDraining: false)));
        await _hub.ReceiveAsync<LinkMessage.Register>();
        _link.Tell(new LinkMessage.Registered(), _hub.Receiver);
        _link.Tell(new LinkMessage.Up("files.example"), _hub.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Opened>();
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Message_must_be_acknowledged_when_the_hub_has_written_it()
    {
        Send("one");
        Assert.Contains("one", (await _hub.ReceiveAsync<LinkMessage.Write>()).Stanza, StringComparison.Ordinal);
        _link.Tell(new LinkMessage.Written(1), _hub.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Written>();
    }

    [Fact]
    public async Task Message_must_wait_for_the_next_hub_while_the_hub_moves()
    {
        Send("lost");
        await _hub.ReceiveAsync<LinkMessage.Write>();
        _link.Tell(new LinkMessage.Moving(), _hub.Receiver);
        await _hub.ReceiveAsync<LinkMessage.Held>();
        Send("held");
        _link.Tell(new LinkMessage.Registered(), _next.Receiver);
        _link.Tell(new LinkMessage.Up("files.example"), _next.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Written>(); // of the one that the previous hub had not written
        Assert.Contains("held", (await _next.ReceiveAsync<LinkMessage.Write>()).Stanza, StringComparison.Ordinal);
        _link.Tell(new LinkMessage.Written(1), _next.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Written>();
    }

    /// <summary>Acknowledgements tell the connection what it may forget, by their order.</summary>
    [Fact]
    public async Task Offer_for_another_node_must_be_acknowledged_after_what_was_written_before()
    {
        var offer = Iq.Set("a", s_files, new XmlElement(Namespaces.StreamInitiation, "si").With("id", "a"), s_peer);
        _link.Tell(new LinkMessage.Deliver(offer.ToXml().ToString(), 0), _hub.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Received>();
        Send("one");
        _link.Tell(new StanzaLink.Write(offer.Fail(StanzaError.ResourceConstraint)));
        await _hub.ReceiveAsync<LinkMessage.Return>();
        _link.Tell(new LinkMessage.Down("over", IsForGood: false, 0), _hub.Receiver);
        Assert.IsType<StanzaLink.Closed>(await _connection.ReceiveOneOfAsync<StanzaLink.Written, StanzaLink.Closed>());
        _link.Tell(new LinkMessage.Written(1), _hub.Receiver);
        await _connection.ReceiveAsync<StanzaLink.Written>();
        await _connection.ReceiveAsync<StanzaLink.Written>();
    }

    private void Send(string body) => _link.Tell(new StanzaLink.WriteMessage(
        new XmlElement(Namespaces.Client, "message").Add(new XmlElement(Namespaces.Client, "body").AddText(body))));

    private sealed record Child(IActorRef Actor);

    private sealed class Parent : ReceiveActor
    {
        public Parent(Props child, IActorRef connection)
        {
            var link = Context.ActorOf(child);
            Receive<Child>(_ => Sender.Tell(new Child(link)));
            ReceiveAny(message => connection.Forward(message));
        }
    }
}
