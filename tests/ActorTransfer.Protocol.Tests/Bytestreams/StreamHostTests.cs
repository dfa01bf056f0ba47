using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Tests.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public class StreamHostTests
{
    private const string GoodHost = "<streamhost jid='relay.north.example' host='203.0.113.7' port='7777'/>";

    private static readonly Jid Relay = Jid.Parse("relay.north.example");

    [Fact]
    public void Offer_must_be_written_as_the_specification_shows_it()
    {
        var offer = new StreamHostOffer(
            "x1-9c2e",
            [new(Jid.Parse("ada@north.example/desk"), "198.51.100.4", 52013), new(Relay, "203.0.113.7", 7777)]);

        Assert.Equal(
            Fixture.Parse($"""
                <query xmlns='{Namespaces.Bytestreams}' sid='x1-9c2e' mode='tcp'>
                  <streamhost jid='ada@north.example/desk' host='198.51.100.4' port='52013'/>
                  {GoodHost}
                </query>
                """),
            offer.ToXml());
    }

    [Fact]
    public void Offer_must_be_read_back_with_all_it_has()
    {
        var offer = new StreamHostOffer("s", [new(Relay, "2001:db8::7", 1), new(Relay, "relay.example", 65535)], new string('a', 40));

        var read = Read(offer.ToXml().ToString());

        Assert.Equal(offer.Hosts, read.Hosts);
        Assert.Equal(("s", offer.DstAddr), (read.SessionId, read.DstAddr));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mode='tcp'")]
    [InlineData("mode='TCP'")]
    [InlineData("mode=''")]
    public void Offer_must_use_TCP_unless_it_has_another_mode(string mode)
    {
        Assert.Single(Read($"<query xmlns='{Namespaces.Bytestreams}' sid='s' {mode}>{GoodHost}</query>").Hosts);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("quic")]
    public void Offer_of_another_mode_must_be_refused_as_not_acceptable(string mode)
    {
        AssertRefused(StanzaError.NotAcceptable, $"<query xmlns='{Namespaces.Bytestreams}' sid='s' mode='{mode}'>{GoodHost}</query>");
    }

    [Fact]
    public void Offer_without_an_acceptable_sid_must_be_refused_as_bad_request()
    {
        AssertRefused(StanzaError.BadRequest, $"<query xmlns='{Namespaces.Bytestreams}'>{GoodHost}</query>");
        AssertRefused(StanzaError.BadRequest, $"<query xmlns='{Namespaces.Bytestreams}' sid=''>{GoodHost}</query>");
        AssertRefused(StanzaError.BadRequest, $"<query xmlns='{Namespaces.Bytestreams}' sid='{new string('x', 129)}'>{GoodHost}</query>");
        AssertRefused(StanzaError.BadRequest, $"<other xmlns='{Namespaces.Bytestreams}' sid='s'>{GoodHost}</other>");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<streamhost host='1.2.3.4' port='1'/>")]
    [InlineData("<streamhost jid='@' host='1.2.3.4' port='1'/>")]
    [InlineData("<streamhost jid='a.example' port='1'/>")]
    [InlineData("<streamhost jid='a.example' host='' port='1'/>")]
    [InlineData("<streamhost jid='a.example' host='a b' port='1'/>")]
    [InlineData("<streamhost jid='a.example' host='1.2.3.4' port='0'/>")]
    [InlineData("<streamhost jid='a.example' host='1.2.3.4' port='65536'/>")]
    [InlineData("<streamhost jid='a.example' host='1.2.3.4' port='-1'/>")]
    [InlineData("<streamhost jid='a.example' host='1.2.3.4' port='http'/>")]
    [InlineData("<streamhost jid='a.example' host='1.2.3.4' port=''/>")]
    [InlineData("<streamhost xmlns='urn:other' jid='a.example' host='1.2.3.4' port='1'/>")]
    public void Malformed_streamhost_must_be_skipped_and_refused_if_it_is_the_only_one(string malformed)
    {
        AssertRefused(StanzaError.BadRequest, $"<query xmlns='{Namespaces.Bytestreams}' sid='s'>{malformed}</query>");
        Assert.Single(Read($"<query xmlns='{Namespaces.Bytestreams}' sid='s'>{malformed}{GoodHost}</query>").Hosts);
    }

    [Theory]
    [InlineData("host='1.2.3.4'", "1.2.3.4", 1080)]
    [InlineData("host='1.2.3.4' port=' 99 '", "1.2.3.4", 99)]
    [InlineData("host=' relay.example ' port='99'", "relay.example", 99)]
    [InlineData("host='2001:db8::7' port='99'", "2001:db8::7", 99)]
    [InlineData("host='[2001:db8::7]' port='99'", "2001:db8::7", 99)]
    public void Streamhost_must_be_read_in_the_forms_peers_write(string attributes, string host, int port)
    {
        var offer = Read($"<query xmlns='{Namespaces.Bytestreams}' sid='s'><streamhost {attributes} jid='relay.north.example'/></query>");
        Assert.Equal(new StreamHost(Relay, host, port), Assert.Single(offer.Hosts));
    }

    [Fact]
    public void One_JID_must_be_allowed_several_addresses_in_order()
    {
        var offer = Read($"""
            <query xmlns='{Namespaces.Bytestreams}' sid='s'><fast xmlns='http://affinix.com/jabber/stream'/>
              <streamhost jid='a@b.example/c' host='192.168.1.2' port='1'/>
              <streamhost jid='a@b.example/c' host='10.0.0.2' port='1'/>
              {GoodHost}
            </query>
            """);

        Assert.Equal(["192.168.1.2", "10.0.0.2", "203.0.113.7"], offer.Hosts.Select(host => host.Host));
    }

    [Fact]
    public void Used_streamhost_must_be_written_with_its_sid_and_read_without()
    {
        var used = new StreamHostUsed(Relay);

        Assert.Equal(
            XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}' sid='s'><streamhost-used jid='relay.north.example'/></query>"),
            used.ToXml("s"));
        Assert.True(StreamHostUsed.TryRead(
            XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used jid='Relay.North.Example'/></query>"),
            out var read));
        Assert.Equal(used, read);
    }

    [Theory]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams'/>")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams'><streamhost-used/></query>")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams'><streamhost-used jid='@'/></query>")]
    [InlineData("<query xmlns='urn:other'><streamhost-used jid='a.example'/></query>")]
    public void Response_without_a_streamhost_must_not_be_parsed(string xml)
    {
        Assert.False(StreamHostUsed.TryRead(XmlElement.Parse(xml), out _));
        Assert.False(StreamHostUsed.TryRead(null, out _));
    }

    [Fact]
    public void Proxy_must_be_queried_with_an_empty_query_and_respond_with_its_hosts()
    {
        Assert.Equal(XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}'/>"), ProxyAddress.Query());
        Assert.Equal(
            XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}'>{GoodHost}</query>"),
            ProxyAddress.Answer([new(Relay, "203.0.113.7", 7777)]));
    }

    [Fact]
    public void Proxy_response_must_be_parsed_with_a_different_JID_and_several_hosts()
    {
        var hosts = ProxyAddress.Read(XmlElement.Parse($"""
            <query xmlns='{Namespaces.Bytestreams}' sid='s'>
              <streamhost jid='proxy.localhost/70306884' host='127.0.0.1' port='7777'/>
              <streamhost/>
              {GoodHost}
            </query>
            """));

        Assert.Equal(["proxy.localhost/70306884", "relay.north.example"], hosts.Select(host => host.Jid.ToString()));
        Assert.Empty(ProxyAddress.Read(null));
        Assert.Empty(ProxyAddress.Read(XmlElement.Parse($"<query xmlns='urn:other'>{GoodHost}</query>")));
    }

    private static StreamHostOffer Read(string xml)
    {
        Assert.True(StreamHostOffer.TryRead(XmlElement.Parse(xml), out var offer, out var refusal), refusal?.Text);
        return offer;
    }

    private static void AssertRefused(StanzaError expected, string xml)
    {
        Assert.False(StreamHostOffer.TryRead(XmlElement.Parse(xml), out _, out var refusal));
        Assert.Equal((expected.Type, expected.Condition), (refusal.Type, refusal.Condition));
    }
}
