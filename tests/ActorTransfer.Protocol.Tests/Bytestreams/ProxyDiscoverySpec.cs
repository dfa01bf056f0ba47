using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public sealed class ProxyDiscoverySpec
{
    private static readonly Jid Server = Jid.Parse("north.example");
    private static readonly Jid Rooms = Jid.Parse("rooms.north.example");
    private static readonly Jid Relay2 = Jid.Parse("relay2.north.example");
    private static readonly DiscoveryKey Items = new(DiscoveryRequest.Items, Server);

    private ProxyDiscoveryState _state = ProxyDiscovery.Begin(Server).State;

    [Fact]
    public void Discovery_must_begin_with_the_items_of_the_server()
    {
        var step = ProxyDiscovery.Begin(Server);
        Assert.Equal(Items, Assert.Single(step.Outputs));
        Assert.Equal(DiscoItems.Query(), Items.Payload);
        Assert.Null(step.State.Result);
    }

    [Fact]
    public void Discovery_must_be_decided_by_identity_and_not_by_name()
    {
        Assert.Equal([Info(Relay), Info(Rooms)], Answer(Items, ItemsOf(new(Relay, Name: "Chat"), new(Rooms, Name: "Socks 5 Bytestreams Proxy"))));
        Assert.Equal([Address(Relay)], Answer(Info(Relay), Identity("proxy", "bytestreams")));
        Assert.Empty(Answer(Info(Rooms), Identity("conference", "text")));
        Assert.Null(_state.Result);
        Assert.Empty(Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy, ProxyAgain]))));
        Assert.Equal([Proxy, ProxyAgain], Found);
    }

    [Fact]
    public void Discovery_must_drop_only_the_item_that_failed()
    {
        Answer(Items, ItemsOf(new(Rooms), new(Relay), new(Relay2)));
        Assert.Empty(Answer(Info(Rooms), Error(StanzaError.ServiceUnavailable)));
        Answer(Info(Relay), Identity("proxy", "bytestreams"));
        Answer(Info(Relay2), Identity("proxy", "bytestreams"));
        Answer(Address(Relay), Error(StanzaError.Forbidden));
        Answer(Address(Relay2), new Answer.Result(ProxyAddress.Answer([Proxy with { Jid = Relay2 }])));
        Assert.Equal([Proxy with { Jid = Relay2 }], Found);
    }

    [Fact]
    public void Discovery_must_keep_the_order_of_the_server_whatever_the_order_of_the_responses()
    {
        Answer(Items, ItemsOf(new(Relay), new(Relay2)));
        Answer(Info(Relay2), Identity("proxy", "bytestreams"));
        Answer(Address(Relay2), new Answer.Result(ProxyAddress.Answer([Proxy with { Jid = Relay2 }])));
        Answer(Info(Relay), Identity("proxy", "bytestreams"));
        Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy, Proxy])));
        Assert.Equal([Proxy, Proxy with { Jid = Relay2 }], Found);
    }

    [Theory]
    [InlineData(NoAnswer.Timeout)]
    [InlineData(NoAnswer.LinkLost)]
    [InlineData(NoAnswer.Overloaded)]
    internal void Discovery_must_end_without_a_proxy_when_no_service_responds(NoAnswer why)
    {
        Assert.Empty(Answer(Items, Silence(why)));
        Assert.Empty(Found);
    }

    [Fact]
    public void Discovery_must_end_at_once_when_the_server_has_no_items()
    {
        Assert.Empty(Answer(Items, ItemsOf()));
        Assert.Empty(Found);
    }

    [Fact]
    public void Discovery_must_use_names_only_when_no_item_responded()
    {
        Answer(Items, ItemsOf(new(Rooms, Name: "Public rooms"), new(Relay, Name: "Socks 5 BYTESTREAMS Proxy")));
        Assert.Empty(Answer(Info(Relay), Error(StanzaError.ServiceUnavailable)));
        Assert.Equal([Address(Relay)], Answer(Info(Rooms), Silence()));
        Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy])));
        Assert.Equal([Proxy], Found);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Discovery_must_not_use_names_when_one_item_responded(bool first)
    {
        Answer(Items, ItemsOf(new(Rooms), new(Relay, Name: "bytestreams")));
        if (first)
        {
            Answer(Info(Rooms), Identity("conference", "text"));
            Assert.Empty(Answer(Info(Relay), Silence()));
        }
        else
        {
            Answer(Info(Relay), Silence());
            Assert.Empty(Answer(Info(Rooms), Identity("conference", "text")));
        }

        Assert.Empty(Found);
    }

    [Fact]
    public void Discovery_must_query_a_bounded_number_of_items_and_each_once()
    {
        var items = Enumerable.Range(0, 10_000).Select(i => new DiscoItem(Jid.Parse($"i{i / 2}.north.example"))).ToArray();
        var requested = Answer(Items, ItemsOf(items));
        Assert.Equal(ProxyDiscovery.MaxItems, requested.Length);
        Assert.Equal(requested.Distinct(), requested);
    }

    [Fact]
    public void Discovery_must_skip_items_with_a_node() =>
        Assert.Equal([Info(Relay)], Answer(Items, ItemsOf(new(Relay), new(Rooms, "node"))));

    [Fact]
    public void Discovery_must_ignore_unsolicited_and_repeated_responses()
    {
        var before = _state;
        Assert.Empty(Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy]))));
        Assert.Same(before, _state);

        Answer(Items, ItemsOf(new DiscoItem(Relay)));
        Answer(Info(Relay), Identity("proxy", "bytestreams"));
        before = _state;
        Assert.Empty(Answer(Info(Relay), Identity("proxy", "bytestreams")));
        Assert.Same(before, _state);
    }

    [Fact]
    public void Discovery_must_query_configured_proxies_at_once_and_list_them_first()
    {
        var step = ProxyDiscovery.Begin(Server, Relay2, Relay2);
        Assert.Equal([Items, Address(Relay2)], step.Outputs.ToArray());
        _state = step.State;
        Answer(Items, ItemsOf(new(Relay), new(Relay2)));
        Answer(Info(Relay), Identity("proxy", "bytestreams"));
        Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy])));
        Answer(Address(Relay2), new Answer.Result(ProxyAddress.Answer([Proxy with { Jid = Relay2 }])));
        Assert.Empty(Answer(Info(Relay2), Identity("proxy", "bytestreams")));
        Assert.Equal([Proxy with { Jid = Relay2 }, Proxy], Found);
    }

    [Fact]
    public void Discovery_must_work_with_configured_proxies_only()
    {
        var step = ProxyDiscovery.Begin(null, Relay);
        Assert.Equal([Address(Relay)], step.Outputs.ToArray());
        _state = step.State;
        Answer(Address(Relay), Silence());
        Assert.Empty(Found);
        Assert.True(_state.IsComplete);
    }

    [Fact]
    public void Discovery_must_use_names_while_a_configured_proxy_is_pending()
    {
        _state = ProxyDiscovery.Begin(Server, Relay2).State;
        Answer(Items, ItemsOf(new DiscoItem(Relay, Name: "bytestreams")));
        Assert.Equal([Address(Relay)], Answer(Info(Relay), Silence()));
    }

    [Theory]
    [InlineData(DiscoveryRequest.Items, NoAnswer.Timeout, false)]
    [InlineData(DiscoveryRequest.Items, NoAnswer.LinkLost, false)]
    [InlineData(DiscoveryRequest.Items, NoAnswer.Overloaded, false)]
    [InlineData(DiscoveryRequest.Info, NoAnswer.Timeout, true)]
    [InlineData(DiscoveryRequest.Info, NoAnswer.LinkLost, false)]
    [InlineData(DiscoveryRequest.Info, NoAnswer.Overloaded, false)]
    [InlineData(DiscoveryRequest.Address, NoAnswer.Timeout, true)]
    [InlineData(DiscoveryRequest.Address, NoAnswer.LinkLost, false)]
    [InlineData(DiscoveryRequest.Address, NoAnswer.Overloaded, false)]
    internal void Interrupted_discovery_must_be_incomplete(DiscoveryRequest at, NoAnswer why, bool complete)
    {
        if (at > DiscoveryRequest.Items)
        {
            Answer(Items, ItemsOf(new DiscoItem(Relay)));
        }

        if (at > DiscoveryRequest.Info)
        {
            Answer(Info(Relay), Identity("proxy", "bytestreams"));
        }

        Answer(at == DiscoveryRequest.Items ? Items : new DiscoveryKey(at, Relay), Silence(why));
        Assert.Empty(Found);
        Assert.Equal(complete, _state.IsComplete);
    }

    [Fact]
    public void Discovery_must_be_complete_when_the_server_refuses_to_list_its_items()
    {
        Answer(Items, Error(StanzaError.ServiceUnavailable));
        Assert.True(_state.IsComplete);
    }

    [Fact]
    public void Discovery_must_return_intermediate_results()
    {
        Answer(Items, ItemsOf(new(Rooms), new(Relay)));
        Answer(Info(Relay), Identity("proxy", "bytestreams"));
        Answer(Address(Relay), new Answer.Result(ProxyAddress.Answer([Proxy])));
        Assert.Null(_state.Result);
        Assert.Equal([Proxy], _state.Known.ToArray());
        Assert.True(_state.IsAwaited);
        Answer(Info(Rooms), Silence());
        Assert.Equal([Rooms], _state.Silent);
    }

    [Theory]
    [InlineData(false, null, null)]
    [InlineData(false, -100, 1)]
    [InlineData(false, 2, 3)]
    [InlineData(true, null, 5)]
    [InlineData(true, 2, int.MinValue)]
    public void Discovery_must_be_awaited_depending_on_other_streamhosts_and_silent_services(bool onlySilent, int? usableSince, int? until)
    {
        _state = _state with { Silent = onlySilent ? [Rooms] : [] };
        Answer(Items, ItemsOf(new DiscoItem(Rooms)));
        var began = new DateTimeOffset(2024, 2, 2, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset? since = usableSince is { } seconds ? began.AddSeconds(seconds) : null;
        DateTimeOffset? expected = until switch { null => null, int.MinValue => DateTimeOffset.MinValue, { } at => began.AddSeconds(at) };
        Assert.Equal(expected, ProxyDiscovery.WaitUntil(_state, began, began.AddSeconds(4), since, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Discovery_must_wait_for_the_items_of_a_server_that_timed_out_before() =>
        Assert.True((_state with { Silent = [Server] }).IsAwaited);

    [Fact]
    public void Discovery_must_use_names_when_all_but_a_silent_service_have_failed()
    {
        _state = _state with { Silent = [Rooms] };
        Answer(Items, ItemsOf(new(Rooms), new(Relay, Name: "bytestreams")));
        Assert.Equal([Address(Relay)], Answer(Info(Relay), Error(StanzaError.ServiceUnavailable)));
    }

    private IEnumerable<StreamHost> Found => _state.Result ?? throw new InvalidOperationException("The discovery is not complete.");

    private static DiscoveryKey Info(Jid jid) => new(DiscoveryRequest.Info, jid);

    private static DiscoveryKey Address(Jid jid) => new(DiscoveryRequest.Address, jid);

    private static Answer ItemsOf(params DiscoItem[] items) => new Answer.Result(new DiscoItems(items).ToXml());

    private static Answer Identity(string category, string type) =>
        new Answer.Result(new DiscoInfo([new DiscoIdentity(category, type, "x")], []).ToXml());

    private DiscoveryKey[] Answer(DiscoveryKey request, Answer answer)
    {
        var step = ProxyDiscovery.Next(_state, request, answer);
        _state = step.State;
        return [.. step.Outputs];
    }
}
