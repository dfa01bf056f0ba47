using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

public sealed class ProxyDirectorySpec : ProxyDirectoryTest
{
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
    public async Task Report_about_an_unknown_proxy_must_be_ignored()
    {
        _directory.Tell(new ProxyDirectory.Report(OtherHost, null));
        await DiscoverAsync(RelayHost, OtherHost);
        Get();
        Assert.Equal([RelayHost, OtherHost], await HostsAsync());
    }

    private void Report(StreamHost host, TimeSpan? took) => _directory.Tell(new ProxyDirectory.Report(host, took));

    private async Task DiscoverAsync(params StreamHost[] hosts)
    {
        Get();
        await RespondAsync(await _connection.ExpectMsgAsync<Connection.Ask>(), hosts);
        await ExpectMsgAsync<ProxyDirectory.Proxies>();
    }
}
