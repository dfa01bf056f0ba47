using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests.InBand;

public sealed class InBandRoutesSpec : ActorTest
{
    private const string SessionId = "x1-9c2e";
    private static readonly SessionKey Incoming = new(Ada, Bo, Outgoing: false, SessionId);

    private readonly TestProbe _receiver;
    private readonly TestProbe _sender;
    private readonly InBandRoutes _routes;

    public InBandRoutesSpec()
    {
        _receiver = CreateTestProbe("receiver");
        _sender = CreateTestProbe("sender");
        _routes = new InBandRoutes(TestActor);
    }

    [Fact]
    public async Task Block_must_be_delivered_to_the_actor_of_its_session()
    {
        _routes.Add(Incoming, _receiver.Ref);
        var block = Block(0);
        Assert.True(_routes.TryDeliver(block));
        Assert.Equal(block, await _receiver.ExpectMsgAsync<Connection.Requested>());
        Assert.Equal(TestActor, _receiver.LastSender);
        Assert.True(_routes.TryDeliver(new Connection.Messaged(Bo, Ada, block.Request.Payload!)));
        await _receiver.ExpectMsgAsync<Connection.Messaged>();
    }

    [Fact]
    public async Task Jingle_session_that_runs_elsewhere_must_get_its_requests_except_an_offer()
    {
        var session = new SessionKey(Ada, Bo, Outgoing: true, SessionId) { IsJingle = true };
        _routes.Add(session, _receiver.Ref);
        Assert.True(_routes.TryDeliver(Jingle("session-info")));
        await _receiver.ExpectMsgAsync<Connection.Requested>();
        Assert.False(_routes.TryDeliver(Jingle("session-initiate")));
        Assert.False(_routes.TryDeliver(Block(0)));
        _routes.Remove(_receiver.Ref);
        Assert.False(_routes.TryDeliver(Jingle("session-info")));

        static Connection.Requested Jingle(string action) => new(Iq.Set(
            action, Ada, XmlElement.Parse($"<jingle xmlns='urn:xmpp:jingle:1' action='{action}' sid='{SessionId}'/>"), Bo));
    }

    [Fact]
    public void Stanza_of_another_session_or_peer_must_not_be_delivered()
    {
        _routes.Add(Incoming, _receiver.Ref);
        Assert.False(_routes.TryDeliver(Block(0, "another")));
        Assert.False(_routes.TryDeliver(Block(0, "")));
        Assert.False(_routes.TryDeliver(Block(0, from: Relay)));
        Assert.False(_routes.TryDeliver(Block(0, to: Relay)));
        Assert.False(_routes.TryDeliver(new Connection.Requested(Iq.Get("g", Ada, IbbClose.ToXml(SessionId), Bo))));
        Assert.False(_routes.TryDeliver(new Connection.Messaged(Bo, null, IbbClose.ToXml(SessionId))));
        Assert.False(_routes.TryDeliver(new Connection.Messaged(Bo, Ada, new XmlElement("urn:other", "data").With("sid", SessionId))));
        Assert.False(_receiver.HasMessages);
    }

    [Fact]
    public async Task Peer_must_be_recognised_under_another_spelling_of_the_addresses()
    {
        _routes.Add(new SessionKey(Ada, Jid.Parse("straße@localhost/Büro™"), Outgoing: false, SessionId), _receiver.Ref);
        Assert.True(_routes.TryDeliver(Block(0, from: Jid.Parse("strasse@localhost/BüroTM"))));
        await _receiver.ExpectMsgAsync<Connection.Requested>();
    }

    [Fact]
    public async Task Receiving_end_must_take_precedence_over_a_sending_one_with_the_same_id()
    {
        _routes.Add(Incoming with { Outgoing = true }, _sender.Ref);
        Assert.True(_routes.TryDeliver(Close("c1")));
        await _sender.ExpectMsgAsync<Connection.Requested>();
        _routes.Add(Incoming, _receiver.Ref);
        Assert.True(_routes.TryDeliver(Close("c2")));
        await _receiver.ExpectMsgAsync<Connection.Requested>();
        _routes.Remove(_receiver.Ref);
        Assert.True(_routes.TryDeliver(Close("c3")));
        Assert.Equal("c3", (await _sender.ExpectMsgAsync<Connection.Requested>()).Request.Id);
    }

    [Fact]
    public void Request_to_open_must_not_be_delivered_even_if_the_session_has_an_actor()
    {
        _routes.Add(Incoming, _receiver.Ref);
        Assert.False(_routes.TryDeliver(Open("o1")));
        Assert.True(_routes.TryDeliver(Block(0)));
    }

    [Fact]
    public async Task Stanzas_behind_a_request_to_open_must_reach_the_new_actor_first_and_in_order()
    {
        Assert.False(_routes.TryDeliver(Open("o1")));
        Assert.True(_routes.TryDeliver(Block(0)));
        Assert.True(_routes.TryDeliver(Block(1)));
        Assert.False(_routes.TryDeliver(Block(0, "another")));
        _routes.Add(Incoming, _receiver.Ref);
        Assert.True(_routes.TryDeliver(Close("c")));
        Assert.Empty(_routes.Refuse(Open("o1").Request.Result()));
        foreach (var id in new[] { "d0", "d1", "c" })
        {
            Assert.Equal(id, (await _receiver.ExpectMsgAsync<Connection.Requested>()).Request.Id);
            Assert.Equal(TestActor, _receiver.LastSender);
        }
    }

    [Fact]
    public void Requests_behind_a_refused_request_to_open_must_be_returned_once()
    {
        Assert.False(_routes.TryDeliver(Open("o1")));
        Assert.True(_routes.TryDeliver(Block(0)));
        Assert.True(_routes.TryDeliver(new Connection.Messaged(Bo, Ada, IbbClose.ToXml(SessionId))));
        Assert.True(_routes.TryDeliver(Close("c")));
        Assert.Empty(_routes.Refuse(Open("o2").Request.Fail(StanzaError.NotAcceptable)));
        Assert.Empty(_routes.Refuse((Open("o1").Request with { From = Relay }).Fail(StanzaError.NotAcceptable)));
        Assert.Equal(["d0", "c"], _routes.Refuse(Open("o1").Request.Fail(StanzaError.NotAcceptable)).Select(held => held.Id));
        Assert.Empty(_routes.Refuse(Open("o1").Request.Fail(StanzaError.NotAcceptable)));
        Assert.False(_routes.TryDeliver(Block(1)));
    }

    [Fact]
    public void Number_of_held_stanzas_must_be_limited()
    {
        Assert.False(_routes.TryDeliver(Open("o1")));
        for (var block = 0; block < InBandRoutes.MaxHeld; block++)
        {
            Assert.True(_routes.TryDeliver(Block(block)));
        }

        Assert.False(_routes.TryDeliver(Block(InBandRoutes.MaxHeld)));
        _routes.DropHeld();
        Assert.Empty(_routes.Refuse(Open("o1").Request.Fail(StanzaError.NotAcceptable)));
    }

    [Fact]
    public async Task Removed_actor_must_not_take_the_route_of_its_successor_with_it()
    {
        var successor = CreateTestProbe("successor");
        _routes.Add(Incoming, _receiver.Ref);
        _routes.Add(Incoming, successor.Ref);
        _routes.Remove(_receiver.Ref);
        Assert.True(_routes.TryDeliver(Block(0)));
        await successor.ExpectMsgAsync<Connection.Requested>();
        _routes.Remove(successor.Ref);
        Assert.False(_routes.TryDeliver(Block(1)));
        Assert.False(_receiver.HasMessages);
    }

    private static Connection.Requested Open(string id) => Requested(id, new IbbOpen(SessionId, 4096).ToXml());

    private static Connection.Requested Block(int sequence, string sessionId = SessionId, Jid? from = null, Jid? to = null) =>
        Requested($"d{sequence}", IbbData.ToXml(sessionId, (ushort)sequence, "AAAA"), from, to);

    private static Connection.Requested Close(string id) => Requested(id, IbbClose.ToXml(SessionId));

    private static Connection.Requested Requested(string id, XmlElement payload, Jid? from = null, Jid? to = null) =>
        new(Iq.Set(id, to ?? Ada, payload, from ?? Bo));
}
