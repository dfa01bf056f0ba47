using ActorTransfer.Actors.Connections.InProcess;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class LocalDomainSpec : ActorTest
{
    private static readonly Jid Domain = Jid.Parse("local.test");
    private static readonly Jid Iphone = Jid.Parse("iphone@local.test/xiff");
    private static readonly Jid Android = Jid.Parse("android@local.test/Spark 2.6.3");
    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");
    private static readonly XmlElement Payload = new("u:x", "x");

    private readonly IActorRef _domain;

    public LocalDomainSpec() => _domain = Sys.ActorOf(LocalDomainActor.Props(Domain, trace: false));

    [Fact]
    public async Task Domain_must_stamp_the_sender_whatever_it_claims()
    {
        var iphone = await AttachAsync(Iphone);
        var android = await AttachAsync(Android);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Set("1", Android, Payload, Proxy)));
        var delivered = await DeliveredAsync(android);
        Assert.Equal((Iphone, Android, "1"), (delivered.From, delivered.To, delivered.Id));
    }

    [Fact]
    public async Task Domain_must_let_a_component_speak_for_its_users_and_get_their_stanzas()
    {
        var android = await AttachAsync(Android);
        var component = await AttachAsync(Proxy);
        var user = Jid.Parse("u@proxy.local.test/r");
        component.Send(_domain, new LocalDomain.Route(Iq.Set("1", Android, Payload, user)));
        Assert.Equal(user, (await DeliveredAsync(android)).From);
        component.Send(_domain, new LocalDomain.Route(Iq.Set("2", Android, Payload, Iphone)));
        Assert.Equal(Proxy, (await DeliveredAsync(android)).From);
        android.Send(_domain, new LocalDomain.Route(Iq.Set("3", user, Payload)));
        Assert.Equal(user, (await DeliveredAsync(component)).To);
    }

    [Theory]
    [InlineData("iphone@local.test")]
    [InlineData("iphone@elsewhere.test/x")]
    [InlineData("elsewhere.test")]
    [InlineData("local.test")]
    [InlineData("notlocal.test")]
    public async Task Domain_must_refuse_addresses_that_are_not_its_own(string address)
    {
        _domain.Tell(new LocalDomain.Attach(Jid.Parse(address)), TestActor);
        await ExpectMsgAsync<LocalDomain.AttachRefused>();
    }

    [Fact]
    public async Task Domain_must_give_an_address_to_one_link_until_that_stops()
    {
        var first = await AttachAsync(Iphone);
        _domain.Tell(new LocalDomain.Attach(Iphone), TestActor);
        await ExpectMsgAsync<LocalDomain.AttachRefused>();
        Watch(first.Ref);
        Sys.Stop(first.Ref);
        await ExpectTerminatedAsync(first.Ref);
        await StillRunsAsync(_domain);
        _domain.Tell(new LocalDomain.Attach(Iphone), TestActor);
        await ExpectMsgAsync<LocalDomain.Attached>();
    }

    [Fact]
    public async Task Domain_must_answer_requests_for_absent_addressees_only()
    {
        var iphone = await AttachAsync(Iphone);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Set("1", Android, Payload)));
        var answer = await DeliveredAsync(iphone);
        Assert.Equal(("1", Android, ErrorConditions.ServiceUnavailable), (answer.Id, answer.From, answer.Error?.Condition));
        iphone.Send(_domain, new LocalDomain.Route(new Iq(IqType.Result, "2", null, Android, null)));
        iphone.Send(_domain, new LocalDomain.Route(new Iq(IqType.Result, "3", null, Domain, null)));
        await HeardNothingAsync(iphone, _domain);
    }

    [Fact]
    public async Task Domain_must_list_its_components_and_tell_what_it_is()
    {
        var iphone = await AttachAsync(Iphone);
        await AttachAsync(Android);
        await AttachAsync(Proxy);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Get("1", Domain, DiscoItems.Query())));
        var items = await DeliveredAsync(iphone);
        Assert.Equal(Domain, items.From);
        Assert.Equal(Proxy, Assert.Single(DiscoItems.Read(items.Payload!).Items).Jid);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Get("2", null, DiscoInfo.Query())));
        Assert.Equal("server", Assert.Single(DiscoInfo.Read((await DeliveredAsync(iphone)).Payload!).Identities).Category);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Get("3", Domain, new XmlElement(Namespaces.Ping, "ping"))));
        Assert.Equal(IqType.Result, (await DeliveredAsync(iphone)).Type);
        iphone.Send(_domain, new LocalDomain.Route(Iq.Set("4", Domain, Payload)));
        Assert.Equal(ErrorConditions.ServiceUnavailable, (await DeliveredAsync(iphone)).Error?.Condition);
    }

    [Fact]
    public async Task Domain_must_not_route_for_unattached_senders()
    {
        var android = await AttachAsync(Android);
        _domain.Tell(new LocalDomain.Route(Iq.Set("1", Android, Payload, Iphone)), TestActor);
        await HeardNothingAsync(android, _domain);
    }

    private static async Task<Iq> DeliveredAsync(TestProbe link) => (await link.ExpectMsgAsync<LocalDomain.Deliver>()).Stanza;

    private async Task<TestProbe> AttachAsync(Jid address)
    {
        var link = CreateTestProbe();
        link.Send(_domain, new LocalDomain.Attach(address));
        await link.ExpectMsgAsync<LocalDomain.Attached>();
        return link;
    }
}
