using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Tests.Jingle;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

public sealed class StanzaSummarySpec
{
    public static TheoryData<string, string> Lines => new()
    {
        { OfferStanza().ToXml().ToString(), "iq set: SI offer img0545.png, 1000 bytes" },
        { OfferStanza().Result(new SiAccept([Namespaces.Bytestreams]).ToXml()).ToXml().ToString(), "iq result: SI accept bytestreams" },
        { OfferStanza().Fail(SiErrors.Declined("no")).ToXml().ToString(), "iq error: cancel/forbidden \"no\"" },
        { StreamhostsStanza("s").ToXml().ToString(), "iq set: streamhost relay.north.example at 203.0.113.7:7777" },
        {
            StreamhostsStanza("s").Result(new StreamHostUsed(Relay).ToXml(SessionId)).ToXml().ToString(),
            "iq result: streamhost-used relay.north.example"
        },
        { ActivateStanza("a").ToXml().ToString(), "iq set: activate" },
        { ActivateStanza("a").Result().ToXml().ToString(), "iq result: ok" },
        { Iq.Get("1", Relay, ProxyAddress.Query()).ToXml().ToString(), "iq get: proxy address?" },
        { Iq.Get("1", Relay, DiscoItems.Query()).ToXml().ToString(), "iq get: disco#items?" },
        { Iq.Get("1", Relay, DiscoInfo.Query()).ToXml().ToString(), "iq get: disco#info?" },
        {
            Iq.Get("1", Relay, DiscoInfo.Query()).Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()).ToXml().ToString(),
            "iq result: disco#info proxy/bytestreams"
        },
        { Iq.Get("1", Relay, DiscoItems.Query()).Result(new DiscoItems([new DiscoItem(Relay)]).ToXml()).ToXml().ToString(),
            "iq result: disco#items, 1 of them" },
        { Iq.Get("1", Relay, new XmlElement(Namespaces.Ping, "ping")).ToXml().ToString(), "iq get: ping ping" },
        {
            Jingle(Examples.Offer),
            "iq set: Jingle session-initiate: img0545.png, 152443 bytes; d1 direct 198.51.100.4:52013, p1 proxy 203.0.113.7:7777"
        },
        { Jingle(Examples.CandidateUsed), "iq set: Jingle transport-info: candidate-used p1" },
        { Jingle(Examples.Checksum), "iq set: Jingle session-info: checksum sha-256" },
        { Jingle(Examples.Received), "iq set: Jingle session-info: received" },
        { Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='a'/>"), "iq set: Jingle session-info: ping" },
        { Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='description-info' sid='a'/>"), "iq set: Jingle description-info" },
        { Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='dance' sid='a'/>"), "iq set: Jingle (malformed)" },
        {
            Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='a'><reason><media-error/><text>The hash differs.</text></reason></jingle>"),
            "iq set: Jingle session-terminate: media-error \"The hash differs.\""
        },
        {
            Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='transport-replace' sid='a'><content name='file'><transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='secret' block-size='4096'/></content></jingle>"),
            "iq set: Jingle transport-replace: in-band, blocks of 4096 bytes"
        },
        {
            Jingle("<jingle xmlns='urn:xmpp:jingle:1' action='session-accept' sid='a'><content name='file'><transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='secret'/></content></jingle>"),
            "iq set: Jingle session-accept: SOCKS5 without candidates"
        },
        { "<iq xmlns='jabber:client' type='set' id='1'><si xmlns='http://jabber.org/protocol/si'/></iq>", "iq set: SI offer (malformed)" },
    };

    private static string Jingle(string payload) => $"<iq xmlns='jabber:client' type='set' id='1'>{payload}</iq>";

    [Theory]
    [MemberData(nameof(Lines))]
    public void Summary_must_describe_a_stanza_in_one_line(string stanza, string expected)
    {
        Assert.True(Iq.TryRead(XmlElement.Parse(stanza), out var iq, out _));
        Assert.Equal(expected, StanzaSummary.Of(iq));
    }
}

public sealed class AnswerOriginSpec
{
    [Theory]
    [InlineData("bo@south.example/Phone", "bo@south.example/Phone", true)]
    [InlineData("bo@south.example/Phone", "bo@south.example/phone", false)]
    [InlineData("bo@south.example/Phone", "bo@south.example", false)]
    [InlineData("bo@south.example/Phone", "south.example", false)]
    [InlineData("bo@south.example/Phone", "ada@north.example/desk", false)]
    [InlineData("bo@south.example/Phone", null, false)]
    [InlineData("relay.north.example", "RELAY.north.example", true)]
    [InlineData("relay.north.example", "north.example", false)]
    [InlineData("relay.north.example", null, false)]
    [InlineData(null, null, true)]
    [InlineData(null, "north.example", true)]
    [InlineData(null, "ada@north.example", true)]
    [InlineData(null, "ada@north.example/desk", true)]
    [InlineData(null, "ada@north.example/other", false)]
    [InlineData(null, "bo@south.example/Phone", false)]
    [InlineData(null, "north.example/x", false)]
    [InlineData("north.example", null, true)]
    [InlineData("north.example", "north.example", true)]
    [InlineData("north.example", "ada@north.example", true)]
    [InlineData("north.example", "south.example", false)]
    [InlineData("ada@north.example", null, true)]
    public void Only_the_addressee_must_be_allowed_to_respond(string? asked, string? from, bool acceptable) =>
        Assert.Equal(acceptable, AnswerOrigin.IsAcceptable(Read(asked), Read(from), Jid.Parse("ada@north.example/desk")));

    [Theory]
    [InlineData("north.example", null, false)]
    [InlineData("north.example", "north.example", true)]
    [InlineData("north.example", "engine.north.example", false)]
    [InlineData("bo@engine.north.example/x", "bo@engine.north.example/x", true)]
    [InlineData("bo@engine.north.example/x", "engine.north.example", false)]
    public void Component_must_accept_responses_of_the_addressee_only(string asked, string? from, bool acceptable) =>
        Assert.Equal(acceptable, AnswerOrigin.IsAcceptable(Jid.Parse(asked), Read(from), Jid.Parse("engine.north.example")));

    private static Jid? Read(string? jid) => jid is null ? null : Jid.Parse(jid);
}

public sealed class DiscoSpec
{
    private static readonly DiscoInfo Self = new([new DiscoIdentity("proxy", "bytestreams", "SOCKS5")], [Namespaces.DiscoInfo, Namespaces.Bytestreams]);

    [Fact]
    public void Disco_must_return_identities_and_features() => Assert.Equal(Self.ToXml(), Ask(DiscoInfo.Query())!.Payload);

    [Fact]
    public void Disco_must_have_no_items() => Assert.Equal(DiscoItems.Query(), Ask(DiscoItems.Query())!.Payload);

    [Fact]
    public void Disco_must_respond_to_a_ping_with_an_empty_result()
    {
        var answer = Ask(new XmlElement(Namespaces.Ping, "ping"));
        Assert.Equal(IqType.Result, answer!.Type);
        Assert.Null(answer.Payload);
    }

    [Fact]
    public void Disco_must_refuse_nodes()
    {
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Ask(DiscoInfo.Query("n"))!));
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Ask(DiscoItems.Query().With("node", "n"))!));
    }

    [Fact]
    public void Disco_must_refuse_a_set()
    {
        foreach (var payload in new[] { DiscoInfo.Query(), DiscoItems.Query(), new XmlElement(Namespaces.DiscoItems, "publish") })
        {
            var request = Iq.Set("1", Relay, payload, Ada);
            Assert.Equal(request.Fail(StanzaError.NotAllowed), Disco.Answer(Self, request, payload));
        }
    }

    [Fact]
    public void Disco_must_ignore_other_requests()
    {
        Assert.Null(Ask(ProxyAddress.Query()));
        Assert.Null(Ask(new XmlElement(Namespaces.DiscoInfo, "other")));
    }

    private static Iq? Ask(XmlElement payload)
    {
        var request = Iq.Get("1", Relay, payload, Ada);
        var answer = Disco.Answer(Self, request, payload);
        Assert.True(answer is null || (answer.Id == "1" && answer.To == Ada && answer.From == Relay));
        return answer;
    }
}
