using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Tests.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Discovery;

public class DiscoTests
{
    [Fact]
    public void Info_must_be_read_back_with_all_it_has()
    {
        var info = new DiscoInfo(
            [new("client", "bot", "Engine"), new("proxy", "bytestreams")],
            [Namespaces.DiscoInfo, Namespaces.Ping],
            "n1");

        var read = DiscoInfo.Read(XmlElement.Parse(info.ToXml().ToString()));

        Assert.Equal(info.Identities, read.Identities);
        Assert.Equal(info.Features, read.Features);
        Assert.Equal("n1", read.Node);
    }

    [Fact]
    public void Info_must_be_written_as_the_specification_shows_it()
    {
        var expected = Fixture.Parse($"""
            <query xmlns='{Namespaces.DiscoInfo}'>
              <identity category='proxy' type='bytestreams'/>
              <feature var='{Namespaces.Bytestreams}'/>
            </query>
            """);

        Assert.Equal(expected, new DiscoInfo([new("proxy", "bytestreams")], [Namespaces.Bytestreams]).ToXml());
    }

    [Fact]
    public void Info_must_skip_empty_identities_and_features()
    {
        var info = DiscoInfo.Read(XmlElement.Parse($"""
            <query xmlns='{Namespaces.DiscoInfo}'>
              <feature/><feature var=''/><feature var='a'/><feature var='a'/>
              <identity category='proxy'/><identity type='bytestreams'/><identity category='server' type='im' name='Ünï'/>
              <x xmlns='jabber:x:data' type='result'/>
            </query>
            """));

        Assert.Equal(new DiscoIdentity("server", "im", "Ünï"), Assert.Single(info.Identities));
        Assert.Equal(["a"], info.Features);
        Assert.True(info.Supports("a"));
        Assert.False(info.Supports("A"));
    }

    [Theory]
    [InlineData("proxy", "bytestreams", "anything", true)]
    [InlineData("Proxy", "Bytestreams", null, true)]
    [InlineData("proxy", "ftp", "Socks 5 Bytestreams Proxy", false)]
    [InlineData("server", "bytestreams", "Socks 5 Bytestreams Proxy", false)]
    public void Proxy_must_be_recognised_by_its_identity(string category, string type, string? name, bool expected)
    {
        Assert.Equal(expected, new DiscoInfo([new("server", "im"), new(category, type, name)], []).IsBytestreamsProxy);
    }

    [Fact]
    public void Requests_must_be_empty_queries()
    {
        Assert.Equal(XmlElement.Parse($"<query xmlns='{Namespaces.DiscoInfo}'/>"), DiscoInfo.Query());
        Assert.Equal(XmlElement.Parse($"<query xmlns='{Namespaces.DiscoInfo}' node='n'/>"), DiscoInfo.Query("n"));
        Assert.Equal(XmlElement.Parse($"<query xmlns='{Namespaces.DiscoItems}'/>"), DiscoItems.Query());
    }

    /// <summary>The response of the published transcript: names in any language.</summary>
    [Fact]
    public void Items_must_be_read_with_names_in_any_language()
    {
        var items = DiscoItems.Read(XmlElement.Parse($"""
            <query xmlns='{Namespaces.DiscoItems}'>
              <item jid='proxy.192.168.1.113' name='Socks 5 Bytestreams Proxy'/>
              <item jid='pubsub.192.168.1.113' name='Publish-Subscribe service'/>
              <item jid='conference.192.168.1.113' name='公共房间'/>
              <item jid='search.192.168.1.113' node='users'/>
            </query>
            """)).Items;

        Assert.Equal(4, items.Count);
        Assert.Equal(new DiscoItem(Jid.Parse("proxy.192.168.1.113"), null, "Socks 5 Bytestreams Proxy"), items[0]);
        Assert.Equal("公共房间", items[2].Name);
        Assert.Equal("users", items[3].Node);
    }

    [Fact]
    public void Items_without_a_valid_JID_must_be_skipped()
    {
        var items = DiscoItems.Read(XmlElement.Parse($"""
            <query xmlns='{Namespaces.DiscoItems}'><item name='a'/><item jid='@'/><item jid=''/><item jid='good.example'/></query>
            """)).Items;

        Assert.Equal("good.example", Assert.Single(items).Jid.ToString());
    }

    [Fact]
    public void Empty_node_must_count_as_none_in_requests_and_responses()
    {
        var self = new DiscoInfo([new("proxy", "bytestreams")], [Namespaces.DiscoInfo]);
        var ask = XmlElement.Parse($"<query xmlns='{Namespaces.DiscoInfo}' node=''/>");
        Assert.Equal(self.ToXml(), Disco.Answer(self, Iq.Get("1", null, ask), ask)?.Payload);
        var list = XmlElement.Parse($"<query xmlns='{Namespaces.DiscoItems}' node=''/>");
        Assert.Equal(new DiscoItems([]).ToXml(), Disco.Answer(self, Iq.Get("1", null, list), list)?.Payload);
        Assert.Null(DiscoInfo.Read(ask).Node);
        Assert.Null(DiscoItems.Read(XmlElement.Parse($"<query xmlns='{Namespaces.DiscoItems}'><item jid='a.example' node=''/></query>")).Items[0].Node);
    }

    [Fact]
    public void Items_must_be_read_back_with_all_they_have()
    {
        var items = new DiscoItems([new(Jid.Parse("a.example"), "n", "A"), new(Jid.Parse("b.example"))]);
        Assert.Equal(items.Items, DiscoItems.Read(XmlElement.Parse(items.ToXml().ToString())).Items);
    }
}
