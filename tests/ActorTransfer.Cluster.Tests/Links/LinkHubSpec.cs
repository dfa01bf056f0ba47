using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>A hub with two nodes and a connection that are inboxes.</summary>
public sealed class LinkHubSpec : IAsyncLifetime
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(20);
    private static readonly Jid s_files = Jid.Parse("files.example");
    private static readonly Jid s_peer = Jid.Parse("ada@north.example/desk");

    private readonly ActorSystem _system = ActorSystem.Create("hub", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
    private readonly List<Inbox> _nodes = [];
    private Inbox _connection = null!;
    private IActorRef _hub = ActorRefs.Nobody;

    public async Task InitializeAsync()
    {
        _connection = Inbox.Create(_system);
        var settings = EngineSettings.Read(ConfigurationFactory.Empty).Connection with { MaxQueuedStanzas = 2 };
        var definition = new HubDefinition("files.example", Props.Create(() => new Forwarder(_connection.Receiver)), settings, _ => 2);
        _hub = _system.ActorOf(LinkHub.Props(definition));
        for (var id = 1; id <= 2; id++)
        {
            var node = Inbox.Create(_system);
            _nodes.Add(node);
            _hub.Tell(new LinkMessage.Register("files.example", id), node.Receiver);
            await node.ReceiveAsync<LinkMessage.Registered>();
            _hub.Tell(new LinkMessage.Load(Active: id, Room: 10, HasReader: true, IsDraining: false), node.Receiver);
        }

        await _connection.ReceiveAsync<Connection.Share>();
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Offer_without_a_response_must_go_to_another_node_when_its_node_is_lost()
    {
        Request(Offer("a"));
        var first = await _nodes[0].ReceiveAsync<LinkMessage.Deliver>();
        _system.Stop(_nodes[0].Receiver);
        Assert.Equal(first, await _nodes[1].ReceiveAsync<LinkMessage.Deliver>());
        Request(Iq.Set("b", s_files, Streamhosts, s_peer));
        Assert.Contains("bytestreams", (await _nodes[1].ReceiveAsync<LinkMessage.Deliver>()).Stanza, StringComparison.Ordinal);
        _system.Stop(_nodes[1].Receiver);
        var replies = new[] { await _connection.ReceiveAsync<Connection.Reply>(), await _connection.ReceiveAsync<Connection.Reply>() };
        Assert.Equal(StanzaError.ResourceConstraint, replies.Single(reply => reply.Answer.Id == "a").Answer.Error);
        Assert.Equal(StanzaError.ItemNotFound, replies.Single(reply => reply.Answer.Id == "b").Answer.Error);
    }

    [Fact]
    public async Task Request_with_a_response_must_not_be_answered_again_when_its_node_is_lost()
    {
        Request(Offer("a"));
        await _nodes[0].ReceiveAsync<LinkMessage.Deliver>();
        Request(Iq.Set("b", s_files, Streamhosts, s_peer));
        await _nodes[0].ReceiveAsync<LinkMessage.Deliver>();
        _hub.Tell(new LinkMessage.Write(Offer("a").Result().ToXml().ToString()), _nodes[0].Receiver);
        _system.Stop(_nodes[0].Receiver);
        Assert.Equal("b", (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Id);
        Request(Offer("c"));
        Assert.Contains("'c'", (await _nodes[1].ReceiveAsync<LinkMessage.Deliver>()).Stanza.Replace('"', '\''), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_of_a_jingle_session_must_go_to_the_node_that_got_its_offer()
    {
        await JingleOfferedAsync();
        Request(Jingle("b", "session-info", "s1"));
        Assert.Contains("'b'", await DeliveredAsync(_nodes[0]), StringComparison.Ordinal);
        Request(Iq.Set("si", s_files, new XmlElement(Namespaces.StreamInitiation, "si").With("id", "s1"), s_peer));
        Assert.Contains("'si'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
        Request(Iq.Set("c", s_files, new XmlElement(Namespaces.Bytestreams, "query").With("sid", "s1"), s_peer));
        Assert.Contains("'c'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
        Request(Jingle("d", "session-terminate", "s1"));
        Assert.Contains("'d'", await DeliveredAsync(_nodes[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_of_a_jingle_session_must_go_to_the_node_that_began_it()
    {
        Write(Jingle("b", "session-initiate", "s1", s_files), _nodes[1]);
        await _connection.ReceiveAsync<Connection.Pass>();
        Request(Jingle("c", "session-accept", "s1"));
        Assert.Contains("'c'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
        _hub.Tell(new LinkMessage.Unbind([new SessionName($"{s_files}", $"{s_peer}", IsOutgoing: true, "s1", IsJingle: true)]), _nodes[1].Receiver);
        Request(Jingle("d", "session-info", "s1"));
        Assert.Contains("'d'", await DeliveredAsync(_nodes[0]), StringComparison.Ordinal);
    }

    /// <summary>The session and its in-band bytestream have two sids.</summary>
    [Theory]
    [InlineData("session-accept")]
    [InlineData("transport-accept")]
    public async Task In_band_bytestream_that_a_node_accepts_must_be_opened_at_that_node(string action)
    {
        Write(Jingle("a", action, "s1", s_files, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t1' block-size='4096'/>"), _nodes[1]);
        await _connection.ReceiveAsync<Connection.Pass>();
        Request(Iq.Set("b", s_files, new XmlElement(Namespaces.Ibb, "open").With("sid", "t1").With("block-size", "4096"), s_peer));
        Assert.Contains("'b'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_band_bytestream_that_a_node_opens_must_be_closed_at_that_node()
    {
        Write(Iq.Set("a", s_peer, new XmlElement(Namespaces.Ibb, "open").With("sid", "t1").With("block-size", "4096"), s_files), _nodes[1]);
        await _connection.ReceiveAsync<Connection.Pass>();
        Request(Iq.Set("b", s_files, new XmlElement(Namespaces.Ibb, "close").With("sid", "t1"), s_peer));
        Assert.Contains("'b'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jingle_offer_without_a_response_must_go_to_another_node_when_its_node_is_lost()
    {
        await JingleOfferedAsync();
        _system.Stop(_nodes[0].Receiver);
        Assert.Contains("'a'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
        Request(Jingle("b", "session-info", "s1"));
        Assert.Contains("'b'", await DeliveredAsync(_nodes[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_with_the_url_of_a_file_must_go_to_the_least_loaded_node()
    {
        foreach (var node in (int[])[0, 1, 0])
        {
            var url = $"https://upload.north.example/{node}.bin";
            Messaged(new XmlElement(Namespaces.OobData, "x").Add(new XmlElement(Namespaces.OobData, "url").AddText(url)));
            Assert.Contains(url, (await _nodes[node].ReceiveAsync<LinkMessage.Deliver>()).Stanza, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Message_without_a_file_must_go_to_no_node()
    {
        Messaged(new XmlElement(Namespaces.Client, "body").AddText("https://upload.north.example/a.bin"));
        Request(Offer("a"));
        Assert.Contains("<si", (await _nodes[0].ReceiveAsync<LinkMessage.Deliver>()).Stanza, StringComparison.Ordinal);
    }

    /// <summary>Another node has the connection now; this one was frozen and does not know it yet.</summary>
    [Fact]
    public async Task Replaced_connection_must_not_be_taken_back()
    {
        _hub.Tell(new Connection.Up("files.example", s_files), ActorRefs.NoSender);
        await _nodes[0].ReceiveAsync<LinkMessage.Up>();
        _hub.Tell(new Connection.Lost("files.example", "conflict", ForGood: false) { Fault = LinkFault.Conflict, RetryIn = TimeSpan.FromSeconds(1) }, ActorRefs.NoSender);
        await _nodes[0].ReceiveAsync<LinkMessage.Down>();
        await _connection.ReceiveAsync<Forwarder.Stopped>();
        _hub.Tell(new LinkMessage.Load(Active: 1, Room: 10, HasReader: true, IsDraining: false), _nodes[0].Receiver);
        Request(Offer("a"));
        await _nodes[0].ReceiveAsync<LinkMessage.Deliver>();
        var identity = await _system.ActorSelection(_hub.Path / "connection").Ask<ActorIdentity>(new Identify(""), s_maxWait);
        Assert.Null(identity.Subject);
    }

    private static XmlElement Streamhosts => new XmlElement(Namespaces.Bytestreams, "query").With("sid", "a");

    private static Iq Offer(string id) => Iq.Set(id, s_files, new XmlElement(Namespaces.StreamInitiation, "si").With("id", id), s_peer);

    private async Task JingleOfferedAsync()
    {
        Request(Jingle("a", "session-initiate", "s1"));
        Assert.Contains("'a'", await DeliveredAsync(_nodes[0]), StringComparison.Ordinal);
        _hub.Tell(new LinkMessage.Load(Active: 5, Room: 10, HasReader: true, IsDraining: false), _nodes[0].Receiver);
    }

    /// <summary>A request of the peer, or of this side.</summary>
    private static Iq Jingle(string id, string action, string sessionId, Jid? from = null, string transport = "") => Iq.Set(
        id,
        from is null ? s_files : s_peer,
        XmlElement.Parse($"<jingle xmlns='urn:xmpp:jingle:1' action='{action}' sid='{sessionId}'><content name='f'>{transport}</content></jingle>"),
        from ?? s_peer);

    private void Write(Iq request, Inbox node) => _hub.Tell(new LinkMessage.Write(StanzaText.Write(request)), node.Receiver);

    /// <summary>What the node gets next, with single quotes; it handles it.</summary>
    private async Task<string> DeliveredAsync(Inbox node)
    {
        var delivered = await node.ReceiveAsync<LinkMessage.Deliver>();
        _hub.Tell(new LinkMessage.Delivered(1), node.Receiver);
        return delivered.Stanza.Replace('"', '\'');
    }

    private void Messaged(XmlElement payload) => _hub.Tell(
        new StanzaLink.Messaged(new XmlElement(Namespaces.Client, "message").With("from", s_peer.ToString()).With("to", s_files.ToString()).Add(payload)),
        ActorRefs.NoSender);

    private void Request(Iq request) => _hub.Tell(new StanzaLink.Received(request), ActorRefs.NoSender);
}
