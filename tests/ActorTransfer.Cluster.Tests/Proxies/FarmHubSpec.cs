using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Proxies;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Cluster.Tests.Proxies;

/// <summary>The hub of a farm with two nodes and a connection that are inboxes.</summary>
public sealed class FarmHubSpec : IAsyncLifetime
{
    private static readonly Jid s_proxy = Jid.Parse("proxy.example");
    private static readonly Jid s_user = Jid.Parse("ada@north.example/desk");

    private readonly ActorSystem _system = ActorSystem.Create("hub", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
    private readonly LocalTerms _terms = new() { Current = new ProxyFarm.Terms(ProxyAccess.Everybody, ProxyQuotas.None) };
    private readonly List<Inbox> _nodes = [];
    private Inbox _connection = null!;
    private IActorRef _hub = ActorRefs.Nobody;

    public async Task InitializeAsync()
    {
        _connection = Inbox.Create(_system);
        var settings = EngineSettings.Read(ConfigurationFactory.Empty).Connection;
        var definition = new HubDefinition("proxy.example", Props.Create(() => new Forwarder(_connection.Receiver)), settings, _ => 2);
        _hub = _system.ActorOf(FarmHub.Props(definition, s_proxy, _terms));
        for (var id = 1; id <= 2; id++)
        {
            var node = Inbox.Create(_system);
            _nodes.Add(node);
            _hub.Tell(new LinkMessage.Register("proxy.example", id), node.Receiver);
            await node.ReceiveAsync<LinkMessage.Registered>();
            _hub.Tell(new FarmMessage.State([new($"192.0.2.{id}", 7777)], 0, 0, false, false), node.Receiver);
        }

        await _connection.ReceiveAsync<Connection.Share>();
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Nodes_of_a_user_must_know_how_many_they_are()
    {
        await ActivateAsync("a", 1);
        Assert.Equal(new FarmMessage.Share("ada@north.example", 1), await _nodes[0].ReceiveAsync<FarmMessage.Share>());
        await ActivateAsync("b", 2);
        Assert.Equal(new FarmMessage.Share("ada@north.example", 2), await _nodes[0].ReceiveAsync<FarmMessage.Share>());
        Assert.Equal(new FarmMessage.Share("ada@north.example", 2), await _nodes[1].ReceiveAsync<FarmMessage.Share>());
        _hub.Tell(new FarmMessage.Ended([new("ada@north.example", 1)]), _nodes[0].Receiver);
        Assert.Equal(new FarmMessage.Share("ada@north.example", 1), await _nodes[1].ReceiveAsync<FarmMessage.Share>());
    }

    [Fact]
    public async Task Limits_must_follow_the_terms_of_the_proxy_on_the_hubs_node()
    {
        await ActivateAsync("a", 1);
        _terms.Current = new ProxyFarm.Terms(ProxyAccess.Everybody, ProxyQuotas.None with { PairsPerJid = 1 });
        Request(Activation("b", 2));
        Assert.Equal(StanzaError.ResourceConstraint, (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Error);
        _terms.Current = new ProxyFarm.Terms(ProxyAccess.Only([Jid.Parse("south.example")]), ProxyQuotas.None);
        Request(Activation("c", 2));
        Assert.Equal(StanzaError.Forbidden, (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Error);
    }

    [Fact]
    public async Task Pair_must_be_searched_at_all_nodes_and_activated_where_it_is()
    {
        Request(Activation("a", node: null));
        var number = (await _nodes[0].ReceiveAsync<FarmMessage.Find>()).Number;
        await _nodes[1].ReceiveAsync<FarmMessage.Find>();
        _hub.Tell(new FarmMessage.Found(number, HasPair: false), _nodes[0].Receiver);
        _hub.Tell(new FarmMessage.Found(number, HasPair: true), _nodes[1].Receiver);
        Assert.Contains("activate", (await _nodes[1].ReceiveAsync<LinkMessage.Deliver>()).Stanza, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_must_end_with_the_nodes()
    {
        Request(Activation("a", node: null));
        await _nodes[0].ReceiveAsync<FarmMessage.Find>();
        _nodes.ForEach(node => _system.Stop(node.Receiver));
        Assert.Equal(StanzaError.ItemNotFound, (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Error);
        Request(Activation("b", node: null));
        Assert.Equal(StanzaError.ItemNotFound, (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Error);
    }

    [Fact]
    public async Task Activation_at_a_node_that_stops_must_be_refused()
    {
        Request(Activation("a", 1));
        await _nodes[0].ReceiveAsync<LinkMessage.Deliver>();
        _system.Stop(_nodes[0].Receiver);
        Assert.Equal(StanzaError.ItemNotFound, (await _connection.ReceiveAsync<Connection.Reply>()).Answer.Error);
    }

    private static Iq Activation(string id, int? node) =>
        Iq.Set(id, node is null ? s_proxy : s_proxy.WithResource($"192.0.2.{node}-7777"), new Activation("s", s_user).ToXml(), s_user);

    private void Request(Iq request) => _hub.Tell(new StanzaLink.Received(request), ActorRefs.NoSender);

    private async Task ActivateAsync(string id, int node)
    {
        var request = Activation(id, node);
        Request(request);
        await _nodes[node - 1].ReceiveAsync<LinkMessage.Deliver>();
        _hub.Tell(new LinkMessage.Write(request.Result().ToXml().ToString()), _nodes[node - 1].Receiver);
        Assert.Equal(id, (await _connection.ReceiveAsync<Connection.Pass>()).Stanza.Id);
    }
}
