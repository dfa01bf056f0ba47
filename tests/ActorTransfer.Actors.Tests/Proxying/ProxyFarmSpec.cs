using ActorTransfer.Actors.Proxy;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Sockets;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>What a proxy reports to the farm that it is a part of, and what it is told.</summary>
public sealed class ProxyFarmSpec : ProxyTest
{
    private static readonly TimeSpan s_report = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Watcher_must_get_terms_users_and_state_and_then_only_changes()
    {
        await StartAsync("max-pairs = 1, max-pairs-per-jid = 7");
        await PairAsync();
        var watcher = Watch();
        Assert.Equal(7, (await watcher.ExpectMsgAsync<ProxyFarm.Terms>()).Quotas.PairsPerJid);
        Assert.Equal(new ProxyFarm.UserPairs(Ada.Bare, 1), Assert.Single((await watcher.ExpectMsgAsync<ProxyFarm.Users>()).Active));
        var state = await watcher.ExpectMsgAsync<ProxyFarm.State>();
        Assert.Equal(new StreamHost(Relay, "127.0.0.1", At.Port), Assert.Single(state.Hosts));
        Assert.Equal((0, 1, true, false), (state.Waiting, state.Active, state.IsFull, state.IsDraining));
        await AdvanceAsync(Proxy, s_report);
        await StillRunsAsync(Proxy);
        await watcher.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Watcher_must_get_the_ends_of_pairs_by_user_once()
    {
        await StartAsync();
        var watcher = await WatchedAsync();
        var (requester, target) = await PairAsync("one");
        await PairAsync("two");
        requester.Socket.Dispose();
        target.Socket.Dispose();
        await StatusAsync(waiting: 0, active: 1);
        await AdvanceAsync(Proxy, s_report);
        Assert.Equal(new ProxyFarm.UserPairs(Ada.Bare, 1), Assert.Single((await watcher.ExpectMsgAsync<ProxyFarm.Ended>()).Pairs));
        Assert.Equal(1, (await watcher.ExpectMsgAsync<ProxyFarm.State>()).Active);
        var late = Watch();
        await late.ExpectMsgAsync<ProxyFarm.Terms>();
        Assert.Equal(new ProxyFarm.UserPairs(Ada.Bare, 1), Assert.Single((await late.ExpectMsgAsync<ProxyFarm.Users>()).Active));
        await AdvanceAsync(Proxy, s_report);
        await StillRunsAsync(Proxy);
        await watcher.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Draining_and_other_terms_must_be_reported_at_once()
    {
        await StartAsync();
        var watcher = await WatchedAsync();
        Proxy.Tell(new BytestreamsProxy.Reload(Settings("proxy.max-pairs-per-domain = 3").Proxy, ProxyAccess.Only([Bo.Bare])), TestActor);
        var terms = await watcher.ExpectMsgAsync<ProxyFarm.Terms>();
        Assert.Equal((3, false, true), (terms.Quotas.PairsPerDomain, terms.Allowed.Allows(Ada), terms.Allowed.Allows(Bo)));
        Proxy.Tell(new BytestreamsProxy.Drain(), TestActor);
        Assert.True((await watcher.ExpectMsgAsync<ProxyFarm.State>()).IsDraining);
    }

    [Fact]
    public async Task Pair_must_be_found_by_the_request_that_activates_it()
    {
        await StartAsync();
        await ConnectAsync();
        var watcher = CreateTestProbe();
        foreach (var (request, isFound) in new[] { (Activate("a"), true), (Activate("b", "other"), false), (Iq.Get("c", Relay, ProxyAddress.Query(), Ada), false) })
        {
            Proxy.Tell(new ProxyFarm.Find(7, request), watcher.Ref);
            Assert.Equal(new ProxyFarm.Found(7, isFound), await watcher.ExpectMsgAsync<ProxyFarm.Found>());
        }
    }

    [Fact]
    public async Task Request_to_a_jid_of_its_own_must_be_answered_from_there()
    {
        await StartAsync();
        await ConnectAsync();
        await ConnectAsync();
        var own = Jid.Parse($"{Relay}/{At}");
        Ask(Iq.Set("a", own, new Activation("s", Bo).ToXml(), Ada));
        var answer = await ReplyAsync();
        Assert.Equal((IqType.Result, own), (answer.Type, answer.From));
    }

    [Fact]
    public async Task Rate_of_a_user_must_be_divided_by_the_proxies_that_share_it()
    {
        TokenBucket? user = null;
        await StartAsync("rate-per-jid = 100B", null, (_, _, terms, _, _) => user = terms.Buckets[1]);
        await PairAsync();
        Assert.Equal(100, user!.BytesPerSecond);
        Proxy.Tell(new ProxyFarm.Share(Ada.Bare, 2), TestActor);
        await StatusAsync();
        Assert.Equal(50, user.BytesPerSecond);
    }

    private TestProbe Watch()
    {
        var watcher = CreateTestProbe();
        Proxy.Tell(new ProxyFarm.Watch(), watcher.Ref);
        return watcher;
    }

    private async Task<TestProbe> WatchedAsync()
    {
        var watcher = Watch();
        await watcher.ExpectMsgAsync<ProxyFarm.Terms>();
        await watcher.ExpectMsgAsync<ProxyFarm.Users>();
        await watcher.ExpectMsgAsync<ProxyFarm.State>();
        return watcher;
    }
}
