using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Accounts;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>A node that sends through an account of another one. Node and connection are inboxes.</summary>
public sealed class GuestLinksSpec : IAsyncLifetime
{
    private static readonly Jid s_account = Jid.Parse("ada@north.example/desk");
    private static readonly Jid s_peer = Jid.Parse("bob@north.example/x");

    private readonly ActorSystem _system = ActorSystem.Create("guests", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
    private Inbox _connection = null!;
    private Inbox _node = null!;
    private IActorRef _links = ActorRefs.Nobody;

    public async Task InitializeAsync()
    {
        (_connection, _node) = (Inbox.Create(_system), Inbox.Create(_system));
        _links = _system.ActorOf(GuestLinksActor.Props(_connection.Receiver, EngineSettings.Read(ConfigurationFactory.Empty).Connection));
        _links.Tell(new LinkMessage.Register("ada", 1), _node.Receiver);
        await _node.ReceiveAsync<LinkMessage.Registered>();
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Message_must_be_sent_and_only_then_be_acknowledged()
    {
        Write(Message("one"));
        var first = await _connection.ReceiveAsync<Connection.PassMessage>();
        Assert.Equal("one", first.Message.Child("body")?.Text);
        Write(Message("two"));
        var second = await _connection.ReceiveAsync<Connection.PassMessage>();
        Write(Request("a"));
        Assert.Equal("a", (await _connection.ReceiveAsync<Connection.Ask>()).Id);
        _links.Tell(new Connection.Passed(first.Tag));
        Assert.Equal(1, (await _node.ReceiveAsync<LinkMessage.Written>()).Count);
        _links.Tell(new Connection.Passed(second.Tag));
        Assert.Equal(2, (await _node.ReceiveAsync<LinkMessage.Written>()).Count);
        Write(Request("b"));
        Assert.Equal(1, (await _node.ReceiveAsync<LinkMessage.Written>()).Count);
    }

    /// <summary>The peer's response may be there at once.</summary>
    [Fact]
    public async Task Session_must_be_received_here_before_its_offer_is_sent()
    {
        Write(StanzaText.Write(Iq.Set(
            StanzaTag.Add(1, "a"), s_peer, XmlElement.Parse("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='s1'/>"), s_account)));
        var session = new SessionKey(s_account, s_peer, Outgoing: true, "s1") { IsJingle = true };
        Assert.Equal(session, (await _connection.ReceiveAsync<Connection.ServeInBand>()).Session);
        Assert.Equal("a", (await _connection.ReceiveAsync<Connection.Ask>()).Id);
    }

    /// <summary>The node holds what it writes later for the next home of the account.</summary>
    [Fact]
    public async Task Account_that_leaves_must_await_requests_and_sessions_and_then_move_the_links()
    {
        Write(Request("a"));
        var asked = await _connection.ReceiveAsync<Connection.Ask>();
        var session = new SessionKey(s_account, s_peer, Outgoing: true, "s1") { IsJingle = true };
        _links.Tell(new LinkMessage.Bind([StanzaSession.ToName(session)!]), _node.Receiver);
        await _connection.ReceiveAsync<Connection.ServeInBand>();

        _links.Tell(new GuestLinksActor.Leave(TimeSpan.FromMinutes(1)));
        _links.Tell(new Connection.Answered(asked.Tag, new Answer.Result(null)));
        Assert.IsType<LinkMessage.Deliver>(await _node.ReceiveOneOfAsync<LinkMessage.Moving, LinkMessage.Deliver>());
        Write(Request("b"));
        asked = await _connection.ReceiveAsync<Connection.Ask>();
        _links.Tell(new LinkMessage.Unbind([StanzaSession.ToName(session)!]), _node.Receiver);
        _links.Tell(new Connection.Answered(asked.Tag, new Answer.Result(null)));
        Assert.IsType<LinkMessage.Deliver>(await _node.ReceiveOneOfAsync<LinkMessage.Moving, LinkMessage.Deliver>());
        await _node.ReceiveAsync<LinkMessage.Moving>();
    }

    private static string Message(string body) => new XmlElement(Namespaces.Client, "message")
        .With("from", s_account.ToString()).With("to", s_peer.ToString()).Add(new XmlElement(Namespaces.Client, "body").AddText(body)).ToString();

    private static string Request(string id) => StanzaText.Write(
        Iq.Get(StanzaTag.Add(1, id), s_peer, new XmlElement(Namespaces.DiscoInfo, "query"), s_account));

    private void Write(string stanza) => _links.Tell(new LinkMessage.Write(stanza), _node.Receiver);
}
