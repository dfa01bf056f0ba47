using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Accounts that are opened and closed while the engine runs.</summary>
public sealed class EngineAccountSpec : ActorTest
{
    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));
    private readonly TestProbe _follower;
    private readonly IActorRef _engine;

    public EngineAccountSpec()
    {
        _follower = CreateTestProbe();
        var proxy = new BytestreamsProxy.Definition(
            Jid.Parse("proxy.local.test"), [new IPEndPoint(IPAddress.Loopback, 0)], [], ProxyAccess.Everybody);
        var definition = new EngineDefinition
        {
            Accounts = [Definition("ada")],
            Proxies = [new ProxyDefinition(proxy, new LinkDefinition.InProcess(LocalLinkActor.Props(_domain, proxy.Address)))],
        };
        _engine = Sys.ActorOf(EngineActor.Props(definition, Settings()), Engine.Name);
    }

    [Fact]
    public async Task Opened_account_must_connect_and_send_and_be_known()
    {
        await FollowAsync();
        var opened = await OpenAsync("bo");
        Assert.Equal("bo", opened.Account.Name);
        Assert.Equal(opened, await _follower.ExpectMsgAsync<Engine.AccountOpened>());
        await UpAsync(opened.Connection);

        var parts = await PartsAsync();
        Assert.Equal(opened.Connection, parts.Connections["bo"]);
        Assert.Equal(opened.Contacts, parts.Contacts["bo"]);
        parts.Transfers.Tell(new Msg.SubscribeOffers(TestActor));
        parts.Transfers.Tell(new Msg.Send("bo", null, Of("ada"), new NoContent(), ActorRefs.Nobody));
        Assert.Equal(Of("bo"), (await FishForMessageAsync<Msg.Offered>(_ => true)).Peer);
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("proxy.local.test")]
    public async Task Name_of_an_account_or_a_proxy_must_be_refused(string name)
    {
        _engine.Tell(new Engine.OpenAccount(Definition("bo") with { Name = name }), TestActor);
        Assert.Contains("There already is", (await ExpectMsgAsync<Engine.AccountRefused>()).Reason, StringComparison.Ordinal);
        Assert.Single((await PartsAsync()).Connections);
    }

    [Fact]
    public async Task Closed_account_must_free_its_address_and_its_name()
    {
        await FollowAsync();
        var ada = (await PartsAsync()).Connections["ada"];
        await UpAsync(ada);
        Watch(ada);
        Close("ada");
        Close("ada"); // at the same time
        await ExpectTerminatedAsync(ada);
        await ExpectMsgAsync<Engine.AccountClosed>();
        await ExpectMsgAsync<Engine.AccountClosed>();
        Assert.Equal(new Engine.AccountClosed("ada"), await _follower.ExpectMsgAsync<Engine.AccountClosed>());
        Assert.Empty((await PartsAsync()).Connections);
        Close("ada");
        Assert.Contains("There is no account", (await ExpectMsgAsync<Engine.AccountRefused>()).Reason, StringComparison.Ordinal);

        await UpAsync((await OpenAsync("ada")).Connection);
    }

    /// <summary>A link inside this process has no session that could be resumed.</summary>
    [Fact]
    public async Task Account_that_moves_must_leave_who_is_online()
    {
        var parts = await PartsAsync();
        await UpAsync(parts.Connections["ada"]);
        parts.Contacts["ada"].Tell(new Connection.Present(XmlElement.Parse("<presence xmlns='jabber:client' from='bo@local.test/x'/>")));
        _engine.Tell(new Engine.CloseAccount("ada", TimeSpan.FromSeconds(10)) { HandsOver = true }, TestActor);
        var left = (await ExpectMsgAsync<Engine.AccountClosed>()).HandOver;
        Assert.Null(left.Position);
        Assert.Equal("bo@local.test/x", Assert.Single(left.Stanzas)["from"]);
        await UpAsync((await OpenAsync("ada")).Connection);
    }

    [Fact]
    public async Task Name_of_an_account_that_is_being_closed_must_be_refused()
    {
        var parts = await PartsAsync();
        await UpAsync(parts.Connections["ada"]);
        await UpAsync((await OpenAsync("bo")).Connection);
        parts.Transfers.Tell(new Msg.Send("ada", null, Of("bo"), new NoContent(), ActorRefs.Nobody), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        Close("ada");
        _engine.Tell(new Engine.OpenAccount(Definition("ada")), TestActor);
        Assert.Contains("being closed", (await ExpectMsgAsync<Engine.AccountRefused>()).Reason, StringComparison.Ordinal);
        await AdvanceAsync(parts.Transfers, TimeSpan.FromSeconds(10));
        await ExpectMsgAsync<Engine.AccountClosed>();
    }

    private AccountDefinition Definition(string name) =>
        new(name, new LinkDefinition.InProcess(LocalLinkActor.Props(_domain, Of(name))), _domain.Name);

    private static Jid Of(string name) => Jid.Parse($"{name}@local.test/x");

    private async Task<Engine.AccountOpened> OpenAsync(string name)
    {
        _engine.Tell(new Engine.OpenAccount(Definition(name)), TestActor);
        return await ExpectMsgAsync<Engine.AccountOpened>();
    }

    private void Close(string name) => _engine.Tell(new Engine.CloseAccount(name, TimeSpan.FromSeconds(10)), TestActor);

    private async Task UpAsync(IActorRef connection)
    {
        var probe = CreateTestProbe();
        probe.Send(connection, new Connection.Subscribe());
        await probe.ExpectMsgAsync<Connection.Up>();
    }

    private async Task FollowAsync()
    {
        _follower.Send(_engine, new Engine.GetParts { Follows = true });
        await _follower.ExpectMsgAsync<Engine.Parts>();
    }

    private async Task<Engine.Parts> PartsAsync()
    {
        var probe = CreateTestProbe();
        probe.Send(_engine, new Engine.GetParts());
        return await probe.ExpectMsgAsync<Engine.Parts>();
    }
}
