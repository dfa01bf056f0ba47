using System.Diagnostics;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Supervision in an engine with three users and a proxy; a fault affects only the message that caused it.</summary>
public sealed class EngineActorSpec : ActorTest
{
    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));
    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");

    private readonly TestProbe _host;
    private readonly IActorRef _engine;

    public EngineActorSpec()
    {
        _host = CreateTestProbe();
        var users = new[] { "ada", "bo", "eve" }.Select(name => new AccountDefinition(name, Link(Of(name)), _domain.Name));
        var proxy = new BytestreamsProxy.Definition(Proxy, [new IPEndPoint(IPAddress.Loopback, 0)], [], ProxyAccess.Everybody);
        var definition = new EngineDefinition
        {
            Accounts = [.. users],
            Proxies = [new ProxyDefinition(proxy, Link(Proxy))],
        };
        _engine = Sys.ActorOf(EngineActor.Props(definition, Settings("stream-host { enabled = on, bind = \"127.0.0.1\" }")), Engine.Name);
    }

    [Theory]
    [InlineData("connection-ada")]
    [InlineData("connection-bo")]
    [InlineData("connection-eve")]
    [InlineData("proxies-bo")]
    [InlineData("stream-host")]
    [InlineData("transfers")]
    [InlineData("connection-proxy.local.test")]
    [InlineData("proxy-proxy.local.test")]
    public async Task Crash_of_a_child_must_not_affect_transfers_and_offers(string child)
    {
        var old = await OfferedAsync("bo");
        await CrashAsync(child, Kill.Instance);

        var transfers = (await PartsAsync()).Transfers;
        transfers.Tell(new Msg.GetActive(), TestActor);
        Assert.Contains(old.Id, (await ExpectMsgAsync<Msg.Active>()).Ids);
        var later = await OfferedAsync("eve");
        Assert.NotEqual(old.Id, later.Id);
        transfers.Tell(new Msg.Decline(old.Id, "no"));
        transfers.Tell(new Msg.Decline(later.Id, "no"));
        Assert.Equal("no", Assert.IsType<TransferOutcome.Refused>((await _host.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome).Reason);
        Assert.Equal("no", Assert.IsType<TransferOutcome.Refused>((await _host.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome).Reason);
    }

    [Fact]
    public async Task Engine_must_keep_running_however_often_a_child_crashes()
    {
        for (var crash = 0; crash < 20; crash++)
        {
            await CrashAsync("connection-bo", Kill.Instance);
        }

        await OfferedAsync("bo");
    }

    [Fact]
    public async Task Send_that_causes_a_fault_must_be_reported_as_not_started()
    {
        await OfferedAsync("bo");
        await CrashAsync("transfers", new Msg.Send("bo", null, Of("ada"), null!, TestActor));
        Assert.Equal(FailureReason.InternalError, (await ExpectMsgAsync<Msg.NotStarted>()).Reason);
    }

    [Fact]
    public async Task Request_that_causes_a_fault_must_get_internal_server_error()
    {
        var faulty = Sys.ActorOf(Props.Create(() => new FaultyHandler()));
        faulty.Tell(new Connection.Messaged(Bo, Ada, Engine.Info.ToXml()), TestActor); // needs no response
        faulty.Tell(new Connection.Requested(Iq.Get("g", Ada, Engine.Info.ToXml(), Bo)), TestActor);
        var answer = (await ExpectMsgAsync<Connection.Reply>()).Answer;
        Assert.Equal(("g", Bo, ErrorConditions.InternalServerError), (answer.Id, answer.To, answer.Error?.Condition));
    }

    [Fact]
    public async Task Proxy_must_keep_its_listeners_and_its_drain_after_a_fault()
    {
        var proxy = (await PartsAsync()).Proxies[Proxy];
        proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
        var before = await ExpectMsgAsync<BytestreamsProxy.Status>();
        proxy.Tell(new BytestreamsProxy.Drain(), TestActor);
        await CrashAsync("proxy-proxy.local.test", new BytestreamsProxy.Reload(null!, ProxyAccess.Everybody));
        await ExpectMsgAsync<BytestreamsProxy.Drained>();
        proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
        var after = await ExpectMsgAsync<BytestreamsProxy.Status>();
        Assert.Equal(Assert.Single(before.EndPoints), Assert.Single(after.EndPoints));
        Assert.True(after.Draining);
    }

    [Fact]
    public async Task Child_that_cannot_start_must_stop_the_engine()
    {
        var taken = new BytestreamsProxy.Definition(Proxy, [IPEndPoint.Parse("192.0.2.1:1")], [], ProxyAccess.Everybody);
        var faults = FaultsOf();
        var engine = Sys.ActorOf(EngineActor.Props(
            new EngineDefinition { Proxies = [new ProxyDefinition(taken, Link(Proxy))] }, Settings()));
        Watch(engine);
        await ExpectTerminatedAsync(engine);
        var fault = await faults.ExpectMsgAsync<Engine.Fault>();
        Assert.True(fault.AtStart);
        Assert.Contains("cannot listen on 192.0.2.1:1", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_must_reach_transfers_and_proxies_and_end_nothing()
    {
        var old = await OfferedAsync("bo");
        var parts = await PartsAsync();
        parts.Proxies[Proxy].Tell(new BytestreamsProxy.GetStatus(), TestActor);
        var at = Assert.Single((await ExpectMsgAsync<BytestreamsProxy.Status>()).EndPoints);
        _engine.Tell(new Engine.Reload(Settings("target.enabled = off, proxy.max-pairs = 1")));
        await PartsAsync(); // the engine has passed it on

        using var first = await Socks5Client.ConnectAsync(at, DestinationAddress.Compute("1", Ada, Bo));
        using var second = await Socks5Client.RequestAsync(at, DestinationAddress.Compute("2", Ada, Bo));
        Assert.Equal(Socks5Reply.GeneralFailure, await second.ReplyAsync());
        parts.Transfers.Tell(new Msg.Send("eve", null, Of("ada"), new NoContent(), _host.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        Fails((await _host.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome, TransferState.Offer, TransferSide.Peer, FailureReason.NotSupported);
        parts.Transfers.Tell(new Msg.GetActive(), TestActor);
        Assert.Contains(old.Id, (await ExpectMsgAsync<Msg.Active>()).Ids);
    }

    private LinkDefinition.InProcess Link(Jid address) => new(LocalLinkActor.Props(_domain, address));

    private static Jid Of(string name) => Jid.Parse($"{name}@local.test/x");

    private async Task CrashAsync(string child, object message)
    {
        var faults = FaultsOf();
        await PartsAsync(); // the engine has started its children
        var actor = await Sys.ActorSelection(_engine.Path / child).ResolveOne(TimeSpan.FromSeconds(20));
        actor.Tell(message, TestActor);
        Assert.False((await faults.ExpectMsgAsync<Engine.Fault>()).AtStart);
    }

    private TestProbe FaultsOf()
    {
        var faults = CreateTestProbe();
        Sys.EventStream.Subscribe(faults.Ref, typeof(Engine.Fault));
        return faults;
    }

    private async Task<Engine.Parts> PartsAsync()
    {
        var probe = CreateTestProbe();
        probe.Send(_engine, new Engine.GetParts());
        return await probe.ExpectMsgAsync<Engine.Parts>();
    }

    /// <summary>An offer to ada, repeated until all connections are up.</summary>
    private async Task<Msg.Offered> OfferedAsync(string name)
    {
        var transfers = (await PartsAsync()).Transfers;
        transfers.Tell(new Msg.SubscribeOffers(_host.Ref));
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20))
        {
            transfers.Tell(new Msg.Send(name, null, Of("ada"), new NoContent(), _host.Ref), _host.Ref);
            if (await _host.FishForMessageAsync<object>(message => message is Msg.Offered or Msg.NotStarted or Msg.Ended) is Msg.Offered offered)
            {
                return offered;
            }
        }

        throw new InvalidOperationException($"No offer of {name} arrived.");
    }

    private sealed class FaultyHandler : RequestHandlerActor
    {
        public FaultyHandler() => ReceiveAny(_ => throw new InvalidOperationException("on purpose"));
    }
}
