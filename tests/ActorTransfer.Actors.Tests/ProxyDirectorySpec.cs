using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ProxyDirectorySpec : ActorTest
{
    private static readonly Jid Server = Jid.Parse("north.example");
    private static readonly Jid Other = Jid.Parse("other.example");
    private static readonly StreamHost OtherHost = new(Other, "203.0.113.8", 7777);

    private readonly TestProbe _connection;
    private readonly IActorRef _directory;

    public ProxyDirectorySpec()
    {
        _connection = CreateTestProbe("connection");
        _directory = Directory("discovery { cache-ttl = 10m, refresh-after = 8m, demotion = 5m }");
    }

    [Fact]
    public async Task Concurrent_requests_must_share_one_discovery()
    {
        var other = CreateTestProbe("other");
        Get();
        var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Ada, TimeSpan.FromSeconds(5)), (ask.From, ask.Deadline));
        other.Send(_directory, new ProxyDirectory.GetProxies(Bo));
        await StillRunsAsync(_directory);
        Assert.False(_connection.HasMessages);

        await RespondAsync(ask);
        Assert.Equal(RelayHost, Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
        Assert.Equal(RelayHost, Assert.Single((await other.ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
    }

    [Fact]
    public async Task Proxies_must_be_cached_until_their_time_to_live_is_over()
    {
        Get();
        await RespondAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        await ExpectMsgAsync<ProxyDirectory.Proxies>();

        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10) - Tick);
        Get();
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        await ExpectNoMessageAsync(_connection, _directory);

        await AdvanceAsync(_directory, Tick);
        Get();
        await RespondAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
    }

    [Fact]
    public async Task Empty_result_must_not_be_cached()
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Get();
            var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
            Answer(ask, new Answer.None(NoAnswer.Timeout));
            Assert.Empty((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        }
    }

    [Fact]
    public async Task Used_result_must_be_refreshed_before_it_expires()
    {
        await DiscoverAsync();
        Get();
        await ExpectMsgAsync<ProxyDirectory.Proxies>();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(8) - Tick);
        await ExpectNoMessageAsync(_connection, _directory);
        await AdvanceAsync(_directory, Tick);
        var items = await _connection.ExpectMsgAsync<Connection.Ask>();
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        await RespondAsync(items, RelayHost with { Port = 7778 });
        Get();
        Assert.Equal([RelayHost with { Port = 7778 }], await HostsAsync());

        await AdvanceAsync(_directory, TimeSpan.FromMinutes(7));
        Get();
        Assert.Single(await HostsAsync());
        await ExpectNoMessageAsync(_connection, _directory);
    }

    [Fact]
    public async Task Directory_must_not_query_the_server_without_requests()
    {
        await DiscoverAsync();
        await AdvanceAsync(_directory, TimeSpan.FromHours(1));
        await ExpectNoMessageAsync(_connection, _directory);
    }

    [Theory]
    [InlineData(NoAnswer.LinkLost)]
    [InlineData(NoAnswer.Overloaded)]
    [InlineData(NoAnswer.Timeout)]
    internal async Task Interrupted_discovery_must_be_reported_as_incomplete(NoAnswer why)
    {
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.None(why));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.False(proxies.Complete);

        await DiscoverAsync();
        Get();
        Assert.True((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Complete);
    }

    [Fact]
    public async Task Previous_proxies_must_be_kept_when_a_later_discovery_is_interrupted()
    {
        await DiscoverAsync();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10));
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.None(NoAnswer.LinkLost));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Equal([RelayHost], proxies.Hosts.ToArray());
        Assert.False(proxies.Complete);
    }

    [Fact]
    public async Task Proxy_that_the_server_no_longer_lists_must_be_removed()
    {
        await DiscoverAsync();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10));
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(new DiscoItems([]).ToXml()));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.True(proxies.Complete);
    }

    [Fact]
    public async Task Configured_proxies_must_be_queried_too()
    {
        var directory = Directory("discovery.proxies = [other.example]");
        directory.Tell(new ProxyDirectory.GetProxies(Ada), TestActor);
        var items = await _connection.ExpectMsgAsync<Connection.Ask>();
        var address = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Server, Other), (items.To, address.To));
        _connection.Send(directory, new Connection.Answered(address.Tag, new Answer.Result(ProxyAddress.Answer([OtherHost]))));
        _connection.Send(directory, new Connection.Answered(items.Tag, new Answer.Error(Protocol.Stanzas.StanzaError.ServiceUnavailable)));
        Assert.Equal([OtherHost], await HostsAsync());
    }

    [Fact]
    public async Task Requested_proxy_must_be_queried_once_and_listed_first()
    {
        await DiscoverAsync();
        Get(Other);
        var address = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal(Other, address.To);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        Answer(address, new Answer.Result(ProxyAddress.Answer([OtherHost])));
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        Get(Other);
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        await ExpectNoMessageAsync(_connection, _directory);
    }

    [Fact]
    public async Task Failed_proxy_must_be_listed_last_for_the_demotion_time()
    {
        await DiscoverAsync(RelayHost, OtherHost);
        Report(RelayHost, null);
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        Report(OtherHost, null);
        Get();
        Assert.Equal([RelayHost, OtherHost], await HostsAsync());
        Report(OtherHost, TimeSpan.FromMilliseconds(80));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        Report(OtherHost, null);
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(5));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Faster_proxy_must_be_listed_first()
    {
        await DiscoverAsync(RelayHost, OtherHost);
        Report(RelayHost, TimeSpan.FromMilliseconds(90));
        Report(OtherHost, TimeSpan.FromMilliseconds(40));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());

        // One slow connection weighs less than the measurements before it.
        Report(OtherHost, TimeSpan.FromMilliseconds(120));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Number_of_addresses_must_be_limited()
    {
        await DiscoverAsync([.. Enumerable.Range(0, 50).Select(i => RelayHost with { Port = 8000 + i })]);
        Get();
        Assert.Equal(Enumerable.Range(8000, 4), (await HostsAsync()).Select(host => host.Port));
    }

    /// <summary>Openfire lists every address of its machine under one JID, including container bridges.</summary>
    [Fact]
    public async Task Reachable_addresses_must_be_listed_before_those_that_are_probably_unreachable()
    {
        var bridges = Enumerable.Range(17, 5).Select(i => RelayHost with { Host = $"172.{i}.0.1" }).ToArray();
        StreamHost[] unreachable = [RelayHost with { Host = "0.0.0.0" }, RelayHost with { Host = "::ffff:203.0.113.7" }, RelayHost with { Host = "127.0.0.1" }];
        await DiscoverAsync([.. unreachable, .. bridges, RelayHost with { Host = "203.0.113.7" }, OtherHost]);
        Get();
        var hosts = await HostsAsync();
        Assert.Equal([unreachable[1], OtherHost, bridges[0], bridges[1]], hosts);
    }

    [Fact]
    public async Task Many_addresses_of_one_proxy_must_not_exclude_another_proxy()
    {
        await DiscoverAsync([.. Enumerable.Range(0, 6).Select(i => RelayHost with { Host = $"203.0.113.{20 + i}" }), OtherHost]);
        Get();
        Assert.Contains(OtherHost, await HostsAsync());
    }

    [Fact]
    public async Task Silent_service_must_be_awaited_for_the_grace_period_once_a_proxy_is_known()
    {
        await BeginAsync();
        var address = await _connection.ExpectMsgAsync<Connection.Ask>();
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(2));
        Answer(address, new Answer.Result(ProxyAddress.Answer([RelayHost])));
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await ExpectNoProxiesAsync();
        await AdvanceAsync(_directory, Tick);
        Assert.Equal([RelayHost], await HostsAsync());

        // A request during the same discovery does not wait again.
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Request_with_other_streamhosts_must_be_delayed_for_the_grace_period_at_most()
    {
        _directory.Tell(new ProxyDirectory.GetProxies(Ada, HasOthers: true), TestActor);
        var items = await _connection.ExpectMsgAsync<Connection.Ask>();
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await ExpectNoProxiesAsync();
        await AdvanceAsync(_directory, Tick);
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.False(proxies.Complete);

        // Later responses are used by the next transfer.
        await RespondAsync(items);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        await ExpectNoMessageAsync(_connection, _directory);
    }

    [Fact]
    public async Task Proxy_that_responds_late_must_be_added()
    {
        var silent = await BeginAsync();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer([RelayHost])));
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1));
        Assert.Equal([RelayHost], await HostsAsync());
        Answer(silent, new Answer.Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer([OtherHost])));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Service_that_was_silent_must_not_be_awaited_again_when_a_proxy_is_known()
    {
        Answer(await BeginAsync(), new Answer.None(NoAnswer.Timeout));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer([RelayHost])));
        Assert.Equal([RelayHost], await HostsAsync());

        // A discovery with another requested proxy ends at once although the service is still silent.
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10) - Tick);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        Get(Other);
        Assert.Equal(Other, (await _connection.FishForMessageAsync<Connection.Ask>(ask => ask.To == Other)).To);
        Assert.Equal([RelayHost], await HostsAsync());
    }

    /// <summary>A discovery without a result is repeated for each transfer, but only the first one waits.</summary>
    [Fact]
    public async Task Service_that_was_silent_must_be_awaited_for_the_grace_period_when_no_proxy_is_known()
    {
        var silent = await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(5) - Tick);
        await ExpectNoProxiesAsync();
        Answer(silent, new Answer.None(NoAnswer.Timeout));
        Assert.Empty(await HostsAsync());

        silent = await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await ExpectNoProxiesAsync();
        await AdvanceAsync(_directory, Tick);
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.True(proxies.Complete);

        // It has responded, so it is awaited again.
        Answer(silent, new Answer.Result(new DiscoInfo([new DiscoIdentity("conference", "text")], []).ToXml()));
        await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(4));
        await ExpectNoProxiesAsync();
    }

    [Fact]
    public async Task Report_about_an_unknown_proxy_must_be_ignored()
    {
        _directory.Tell(new ProxyDirectory.Report(OtherHost, null));
        await DiscoverAsync(RelayHost, OtherHost);
        Get();
        Assert.Equal([RelayHost, OtherHost], await HostsAsync());
    }

    private IActorRef Directory(string hocon) => Sys.ActorOf(ProxyDirectoryActor.Props(_connection.Ref, Server, Settings(hocon).Discovery));

    private void Get(params Jid[] extra) => _directory.Tell(new ProxyDirectory.GetProxies(Ada, [.. extra]), TestActor);

    private void Report(StreamHost host, TimeSpan? took) => _directory.Tell(new ProxyDirectory.Report(host, took));

    private async Task<StreamHost[]> HostsAsync() => [.. (await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts];

    private void Answer(Connection.Ask ask, Answer answer) => _connection.Send(_directory, new Connection.Answered(ask.Tag, answer));

    private async Task ExpectNoProxiesAsync()
    {
        await StillRunsAsync(_directory);
        TestActor.Tell("no message");
        await ExpectMsgAsync("no message");
    }

    /// <summary>Discovery at a server with two services: the second responds; the pending request to the first is returned.</summary>
    private async Task<Connection.Ask> BeginAsync(bool isProxy = true)
    {
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(new DiscoItems([new DiscoItem(Other), new DiscoItem(Relay)]).ToXml()));
        var silent = await _connection.ExpectMsgAsync<Connection.Ask>(ask => ask.To == Other);
        var identity = isProxy ? new DiscoIdentity("proxy", "bytestreams") : new DiscoIdentity("conference", "text");
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(ask => ask.To == Relay), new Answer.Result(new DiscoInfo([identity], []).ToXml()));
        return silent;
    }

    private async Task DiscoverAsync(params StreamHost[] hosts)
    {
        Get();
        await RespondAsync(await _connection.ExpectMsgAsync<Connection.Ask>(), hosts);
        await ExpectMsgAsync<ProxyDirectory.Proxies>();
    }

    /// <summary>Responds as the server and its proxy.</summary>
    private async Task RespondAsync(Connection.Ask items, params StreamHost[] hosts)
    {
        Answer(items, new Answer.Result(new DiscoItems([new DiscoItem(Relay)]).ToXml()));
        Answer(
            await _connection.ExpectMsgAsync<Connection.Ask>(),
            new Answer.Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer(hosts.Length == 0 ? [RelayHost] : hosts)));
    }
}
