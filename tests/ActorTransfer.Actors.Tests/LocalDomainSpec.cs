using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class LocalDomainSpec : ActorTest
{
    private static readonly Jid Iphone = Jid.Parse("iphone@local.test/xiff");
    private static readonly Jid Android = Jid.Parse("android@local.test/Spark 2.6.3");
    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");
    private static readonly XmlElement Payload = new("u:x", "x");

    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));

    [Fact]
    public async Task Domain_must_replace_the_sender_by_the_address_of_the_link()
    {
        var android = Attach(Android);
        Assert.Null(_domain.Route(Iphone, Iq.Set("1", Android, Payload, Proxy)));
        var delivered = await DeliveredAsync(android);
        Assert.Equal((Iphone, Android, "1"), (delivered.From, delivered.To, delivered.Id));
    }

    [Fact]
    public async Task Component_must_send_and_receive_for_each_address_of_its_domain_only()
    {
        var android = Attach(Android);
        var component = Attach(Proxy);
        var user = Jid.Parse("u@proxy.local.test/r");
        _domain.Route(Proxy, Iq.Set("1", Android, Payload, user));
        Assert.Equal(user, (await DeliveredAsync(android)).From);
        _domain.Route(Proxy, Iq.Set("2", Android, Payload, Iphone));
        Assert.Equal(Proxy, (await DeliveredAsync(android)).From);
        _domain.Route(Android, Iq.Set("3", user, Payload));
        Assert.Equal(user, (await DeliveredAsync(component)).To);
    }

    [Theory]
    [InlineData("iphone@local.test")]
    [InlineData("iphone@elsewhere.test/x")]
    [InlineData("elsewhere.test")]
    [InlineData("local.test")]
    [InlineData("notlocal.test")]
    public void Domain_must_refuse_addresses_of_other_domains(string address) => Assert.False(_domain.TryAttach(Jid.Parse(address), TestActor));

    [Fact]
    public void Address_must_belong_to_one_link_until_that_detaches()
    {
        var (first, second) = (Attach(Iphone), CreateTestProbe());
        Assert.False(_domain.TryAttach(Iphone, second));
        _domain.Detach(Iphone, second);
        Assert.False(_domain.TryAttach(Iphone, second));
        _domain.Detach(Iphone, first);
        Assert.True(_domain.TryAttach(Iphone, second));
    }

    [Fact]
    public async Task Link_must_open_with_its_address_and_release_it_when_it_stops()
    {
        var parent = CreateTestProbe();
        var child = parent.ChildActorOf(LocalLinkActor.Props(_domain, Android));
        child.Tell(new StanzaLink.Start());
        Assert.Equal(new StanzaLink.Opened(Android, InProcess: true), await parent.ExpectMsgAsync<StanzaLink.Opened>());
        var refused = parent.ChildActorOf(LocalLinkActor.Props(_domain, Android));
        refused.Tell(new StanzaLink.Start());
        Assert.True((await parent.ExpectMsgAsync<StanzaLink.Closed>()).ForGood);
        Watch(child);
        Sys.Stop(child);
        await ExpectTerminatedAsync(child);
        Assert.True(_domain.TryAttach(Android, TestActor));
    }

    [Fact]
    public void Request_to_an_absent_address_must_get_an_error_and_other_stanzas_nothing()
    {
        var answer = _domain.Route(Iphone, Iq.Set("1", Android, Payload))!;
        Assert.Equal(("1", Android, ErrorConditions.ServiceUnavailable), (answer.Id, answer.From, answer.Error?.Condition));
        Assert.Null(_domain.Route(Iphone, new Iq(IqType.Result, "2", null, Android, null)));
        Assert.Null(_domain.Route(Iphone, new Iq(IqType.Result, "3", null, _domain.Name, null)));
    }

    [Fact]
    public void Server_must_list_its_components_and_respond_to_requests()
    {
        Attach(Android);
        Attach(Proxy);
        var items = _domain.Route(Iphone, Iq.Get("1", _domain.Name, DiscoItems.Query()))!;
        Assert.Equal(_domain.Name, items.From);
        Assert.Equal(Proxy, Assert.Single(DiscoItems.Read(items.Payload!).Items).Jid);
        var info = _domain.Route(Iphone, Iq.Get("2", null, DiscoInfo.Query()))!;
        Assert.Equal("server", Assert.Single(DiscoInfo.Read(info.Payload!).Identities).Category);
        Assert.Equal(IqType.Result, _domain.Route(Iphone, Iq.Get("3", _domain.Name, new XmlElement(Namespaces.Ping, "ping")))!.Type);
        Assert.Equal(ErrorConditions.ServiceUnavailable, _domain.Route(Iphone, Iq.Set("4", _domain.Name, Payload))!.Error?.Condition);
    }

    private static async Task<Iq> DeliveredAsync(TestProbe link) => (await link.ExpectMsgAsync<StanzaLink.Received>()).Stanza;

    private TestProbe Attach(Jid address)
    {
        var link = CreateTestProbe();
        Assert.True(_domain.TryAttach(address, link));
        return link;
    }
}
