using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Which actor handles a request or a message, and how the connection responds when none does.</summary>
public sealed class ConnectionRoutingSpec : ConnectionTest
{
    [Fact]
    public async Task Message_without_an_addressee_must_be_for_this_account()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), TestActor);
        wire.Tell(Message($"<message xmlns='jabber:client' from='{Bo}'><data xmlns='{Namespaces.Ibb}' sid='s'/></message>"));
        Assert.Equal((Bo, Ada), await ExpectMsgAsync<Connection.Messaged>() is var messaged ? (messaged.From, messaged.To) : default);
    }

    [Fact]
    public async Task Request_without_a_handler_must_get_service_unavailable()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Request("1")));
        Assert.Equal(Request("1").Fail(StanzaError.ServiceUnavailable), await WrittenAsync());
    }

    [Fact]
    public async Task Connection_must_respond_to_disco_and_ping_itself()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Iq.Get("1", Ada, DiscoInfo.Query(), Bo)));
        Assert.Equal(Engine.Info.ToXml(), (await WrittenAsync()).Payload);
        wire.Tell(StanzaLink.Written.Instance);
        wire.Tell(new StanzaLink.Received(Iq.Get("2", Ada, new XmlElement(Namespaces.Ping, "ping"), Bo)));
        var pong = await WrittenAsync();
        Assert.Equal(("2", IqType.Result, Bo), (pong.Id, pong.Type, pong.To));
    }

    [Fact]
    public async Task Disco_must_refuse_a_set_and_respond_for_the_node_of_its_capabilities()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Iq.Set("1", Ada, DiscoItems.Query(), Bo)));
        Assert.Equal(Iq.Set("1", Ada, DiscoItems.Query(), Bo).Fail(StanzaError.NotAllowed), await WrittenAsync());
        wire.Tell(StanzaLink.Written.Instance);
        var node = $"{Caps.Node}#{Caps.Verification(Engine.Info)}";
        wire.Tell(new StanzaLink.Received(Iq.Get("2", Ada, DiscoInfo.Query(node), Bo)));
        Assert.Equal((Engine.Info with { Node = node }).ToXml(), (await WrittenAsync()).Payload);
        wire.Tell(StanzaLink.Written.Instance);
        wire.Tell(new StanzaLink.Received(Iq.Get("3", Ada, DiscoInfo.Query("other"), Bo)));
        Assert.Equal(ErrorConditions.ItemNotFound, (await WrittenAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Messages_must_go_to_the_in_band_bytestream_of_the_first_child_that_has_one()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), handler.Ref);
        wire.Tell(Message(
            "<message xmlns='jabber:client' from='bo@south.example/Phone' type='error'><data xmlns='http://jabber.org/protocol/ibb' sid='s'/></message>"));
        wire.Tell(Message("<message xmlns='jabber:client'><data xmlns='http://jabber.org/protocol/ibb' sid='s'/></message>"));
        wire.Tell(Message("<message xmlns='jabber:client' from='bo@south.example/Phone'><body>hi</body></message>"));
        wire.Tell(Message(
            "<message xmlns='jabber:client' from='bo@south.example/Phone' to='ada@north.example/desk'>"
            + "<body/><data xmlns='http://jabber.org/protocol/ibb' sid='s' seq='0'/></message>"));
        var messaged = await handler.ExpectMsgAsync<Connection.Messaged>();
        Assert.Equal((Bo, Ada, "0"), (messaged.From, messaged.To, messaged.Payload["seq"]));
        await ExpectNoMessageAsync(handler, _connection);
    }

    [Fact]
    public async Task Request_must_go_to_its_handler_until_that_stops()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.Serve(Namespaces.StreamInitiation, handler.Ref));
        wire.Tell(new StanzaLink.Received(Request("1")));
        Assert.Equal(new Connection.Requested(Request("1")), await handler.ExpectMsgAsync<Connection.Requested>());
        Assert.Equal(_connection, handler.LastSender);

        Watch(handler.Ref);
        Sys.Stop(handler.Ref);
        await ExpectTerminatedAsync(handler.Ref);
        await StillRunsAsync(_connection);
        wire.Tell(new StanzaLink.Received(Request("2")));
        Assert.Equal(Request("2").Fail(StanzaError.ServiceUnavailable), await WrittenAsync());
    }

    /// <summary>RFC 6120 §8.2.3: also for an actor that had stopped before it handled the request.</summary>
    [Theory]
    [InlineData(Namespaces.Ibb, ErrorConditions.ItemNotFound)]
    [InlineData(Namespaces.Bytestreams, ErrorConditions.ItemNotFound)]
    [InlineData(Namespaces.StreamInitiation, ErrorConditions.ServiceUnavailable)]
    public async Task Request_to_a_stopped_handler_must_get_exactly_one_error(string served, string condition)
    {
        var wire = await OpenAsync();
        var ended = CreateTestProbe();
        var handler = Sys.ActorOf(Props.Create(() => new Forwarder(ended.Ref)));
        _connection.Tell(new Connection.Serve(served, handler));
        Watch(ended.Ref);
        Sys.Stop(ended.Ref);
        await ExpectTerminatedAsync(ended.Ref);

        wire.Tell(new StanzaLink.Received(Iq.Set("r1", Ada, new XmlElement(served, "x"), Bo)));
        var response = await WrittenAsync();
        Assert.Equal(("r1", condition), (response.Id, response.Error?.Condition));
        await ExpectNoMessageAsync(_link, _connection);
    }

    [Fact]
    public async Task Block_must_go_to_its_in_band_bytestream_and_after_its_end_to_the_handler_of_the_namespace()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        var stream = CreateTestProbe("stream");
        _connection.Tell(new Connection.Serve(Namespaces.Ibb, handler.Ref));
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), stream.Ref);
        wire.Tell(Block("d0"));
        Assert.Equal("d0", (await stream.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        Assert.Equal(_connection, stream.LastSender);

        Watch(stream.Ref);
        Sys.Stop(stream.Ref);
        await ExpectTerminatedAsync(stream.Ref);
        await StillRunsAsync(_connection);
        wire.Tell(Block("d1"));
        Assert.Equal("d1", (await handler.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        await ExpectNoMessageAsync(_link, _connection);
    }

    [Fact]
    public async Task Block_behind_a_request_to_open_must_wait_for_its_response()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.Serve(Namespaces.Ibb, handler.Ref));
        wire.Tell(Received("o1", new IbbOpen("s", 4096).ToXml()));
        wire.Tell(Block("d0"));
        var open = (await handler.ExpectMsgAsync<Connection.Requested>()).Request;
        await StillRunsAsync(wire);
        await ExpectNoMessageAsync(handler, _connection);

        _connection.Tell(new Connection.Reply(open.Fail(StanzaError.NotAcceptable)));
        Assert.Equal(open.Fail(StanzaError.NotAcceptable), await WrittenAsync());
        wire.Tell(StanzaLink.Written.Instance);
        var response = await WrittenAsync();
        Assert.Equal(("d0", ErrorConditions.ItemNotFound), (response.Id, response.Error?.Condition));
    }

    private static StanzaLink.Received Block(string id) => Received(id, IbbData.ToXml("s", 0, "AAAA"));

    private static StanzaLink.Received Received(string id, XmlElement payload) => new(Iq.Set(id, Ada, payload, Bo));

    private static StanzaLink.Messaged Message(string xml) => new(XmlElement.Parse(xml));

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef to) => ReceiveAny(to.Forward);
    }
}
