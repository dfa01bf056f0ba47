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
    public async Task Directory_must_look_once_for_all_who_ask_meanwhile()
    {
        var other = CreateTestProbe("other");
        Get();
        var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Ada, TimeSpan.FromSeconds(5)), (ask.From, ask.Deadline));
        other.Send(_directory, new ProxyDirectory.GetProxies(Bo));
        await StillRunsAsync(_directory);
        Assert.False(_connection.HasMessages);

        await FindAsync(ask);
        Assert.Equal(RelayHost, Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
        Assert.Equal(RelayHost, Assert.Single((await other.ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
    }

    [Fact]
    public async Task Directory_must_remember_until_the_time_to_live_is_over()
    {
        Get();
        await FindAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        await ExpectMsgAsync<ProxyDirectory.Proxies>();

        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10) - Tick);
        Get();
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        await HeardNothingAsync(_connection, _directory);

        await AdvanceAsync(_directory, Tick);
        Get();
        await FindAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
    }

    [Fact]
    public async Task Directory_must_not_remember_that_there_was_nothing()
    {
        for (var look = 0; look < 2; look++)
        {
            Get();
            var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
            Answer(ask, new Answer.None(NoAnswer.Timeout));
            Assert.Empty((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        }
    }

    [Fact]
    public async Task Directory_must_refresh_a_source_in_use_before_it_expires()
    {
        await KnowAsync();
        Get();
        await ExpectMsgAsync<ProxyDirectory.Proxies>();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(8) - Tick);
        await HeardNothingAsync(_connection, _directory);
        await AdvanceAsync(_directory, Tick);
        var items = await _connection.ExpectMsgAsync<Connection.Ask>();
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        await FindAsync(items, RelayHost with { Port = 7778 });
        Get();
        Assert.Equal([RelayHost with { Port = 7778 }], await HostsAsync());

        await AdvanceAsync(_directory, TimeSpan.FromMinutes(7));
        Get();
        Assert.Single(await HostsAsync());
        await HeardNothingAsync(_connection, _directory);
    }

    [Fact]
    public async Task Directory_must_not_query_the_server_without_requests()
    {
        await KnowAsync();
        await AdvanceAsync(_directory, TimeSpan.FromHours(1));
        await HeardNothingAsync(_connection, _directory);
    }

    [Theory]
    [InlineData(NoAnswer.LinkLost)]
    [InlineData(NoAnswer.Overloaded)]
    [InlineData(NoAnswer.Timeout)]
    internal async Task Directory_must_say_that_it_does_not_know_when_the_look_was_cut_short(NoAnswer why)
    {
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.None(why));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.False(proxies.Complete);

        await KnowAsync();
        Get();
        Assert.True((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Complete);
    }

    [Fact]
    public async Task Directory_must_go_on_with_what_it_knew_when_a_later_look_is_cut_short()
    {
        await KnowAsync();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10));
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.None(NoAnswer.LinkLost));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Equal([RelayHost], proxies.Hosts.ToArray());
        Assert.False(proxies.Complete);
    }

    [Fact]
    public async Task Directory_must_forget_a_proxy_that_the_server_no_longer_lists()
    {
        await KnowAsync();
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10));
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(new DiscoItems([]).ToXml()));
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.True(proxies.Complete);
    }

    [Fact]
    public async Task Directory_must_ask_configured_proxies_too()
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
    public async Task Directory_must_ask_a_proxy_that_was_named_once_and_put_it_first()
    {
        await KnowAsync();
        Get(Other);
        var address = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal(Other, address.To);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        Answer(address, new Answer.Result(ProxyAddress.Answer([OtherHost])));
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        Get(Other);
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
        await HeardNothingAsync(_connection, _directory);
    }

    [Fact]
    public async Task Directory_must_put_a_proxy_that_failed_behind_the_others_for_a_while_and_not_forget_it()
    {
        await KnowAsync(RelayHost, OtherHost);
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
    public async Task Directory_must_put_the_faster_proxy_first()
    {
        await KnowAsync(RelayHost, OtherHost);
        Report(RelayHost, TimeSpan.FromMilliseconds(90));
        Report(OtherHost, TimeSpan.FromMilliseconds(40));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());

        // One slow use weighs less than what was measured before.
        Report(OtherHost, TimeSpan.FromMilliseconds(120));
        Get();
        Assert.Equal([OtherHost, RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Directory_must_offer_a_bounded_number_of_addresses()
    {
        await KnowAsync([.. Enumerable.Range(0, 50).Select(i => RelayHost with { Port = 8000 + i })]);
        Get();
        Assert.Equal(Enumerable.Range(8000, 4), (await HostsAsync()).Select(host => host.Port));
    }

    /// <summary>Openfire lists every address of its machine under one JID, bridges of containers too.</summary>
    [Fact]
    public async Task Directory_must_offer_what_can_be_reached_before_what_probably_cannot()
    {
        var bridges = Enumerable.Range(17, 5).Select(i => RelayHost with { Host = $"172.{i}.0.1" }).ToArray();
        StreamHost[] useless = [RelayHost with { Host = "0.0.0.0" }, RelayHost with { Host = "::ffff:203.0.113.7" }, RelayHost with { Host = "127.0.0.1" }];
        await KnowAsync([.. useless, .. bridges, RelayHost with { Host = "203.0.113.7" }, OtherHost]);
        Get();
        var hosts = await HostsAsync();
        Assert.Equal([useless[1], OtherHost, bridges[0], bridges[1]], hosts);
    }

    [Fact]
    public async Task Directory_must_not_leave_out_a_proxy_for_the_many_addresses_of_another_one()
    {
        await KnowAsync([.. Enumerable.Range(0, 6).Select(i => RelayHost with { Host = $"203.0.113.{20 + i}" }), OtherHost]);
        Get();
        Assert.Contains(OtherHost, await HostsAsync());
    }

    [Fact]
    public async Task Directory_must_not_wait_longer_than_the_grace_for_a_silent_service_once_a_proxy_is_known()
    {
        await BeginAsync();
        var address = await _connection.ExpectMsgAsync<Connection.Ask>();
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(2));
        Answer(address, new Answer.Result(ProxyAddress.Answer([RelayHost])));
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await QuietAsync();
        await AdvanceAsync(_directory, Tick);
        Assert.Equal([RelayHost], await HostsAsync());

        // Who asks during the same look does not wait again.
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
    }

    [Fact]
    public async Task Directory_must_not_hold_up_those_who_have_other_streamhosts_longer_than_the_grace()
    {
        _directory.Tell(new ProxyDirectory.GetProxies(Ada, HasOthers: true), TestActor);
        var items = await _connection.ExpectMsgAsync<Connection.Ask>();
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await QuietAsync();
        await AdvanceAsync(_directory, Tick);
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.False(proxies.Complete);

        // What comes later is for the next transfer.
        await FindAsync(items);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        await HeardNothingAsync(_connection, _directory);
    }

    [Fact]
    public async Task Directory_must_take_a_proxy_that_answers_late_into_what_it_knows()
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
    public async Task Directory_must_remember_who_was_silent_and_not_wait_for_it_when_a_proxy_is_known()
    {
        Answer(await BeginAsync(), new Answer.None(NoAnswer.Timeout));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer([RelayHost])));
        Assert.Equal([RelayHost], await HostsAsync());

        // Another proxy is named: the look for it ends at once, whatever the silent one does.
        await AdvanceAsync(_directory, TimeSpan.FromMinutes(10) - Tick);
        Get();
        Assert.Equal([RelayHost], await HostsAsync());
        Get(Other);
        Assert.Equal(Other, (await _connection.FishForMessageAsync<Connection.Ask>(ask => ask.To == Other)).To);
        Assert.Equal([RelayHost], await HostsAsync());
    }

    /// <summary>A look that found nothing is made again by each transfer: only the first one waits.</summary>
    [Fact]
    public async Task Directory_must_wait_for_a_service_that_was_silent_no_longer_than_the_grace_when_there_is_no_proxy()
    {
        var silent = await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(5) - Tick);
        await QuietAsync();
        Answer(silent, new Answer.None(NoAnswer.Timeout));
        Assert.Empty(await HostsAsync());

        silent = await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(1) - Tick);
        await QuietAsync();
        await AdvanceAsync(_directory, Tick);
        var proxies = await ExpectMsgAsync<ProxyDirectory.Proxies>();
        Assert.Empty(proxies.Hosts);
        Assert.True(proxies.Complete);

        // It speaks again, so that it is waited for again.
        Answer(silent, new Answer.Result(new DiscoInfo([new DiscoIdentity("conference", "text")], []).ToXml()));
        await BeginAsync(isProxy: false);
        await AdvanceAsync(_directory, TimeSpan.FromSeconds(4));
        await QuietAsync();
    }

    [Fact]
    public async Task Directory_must_ignore_reports_about_what_it_does_not_know()
    {
        _directory.Tell(new ProxyDirectory.Report(OtherHost, null));
        await KnowAsync(RelayHost, OtherHost);
        Get();
        Assert.Equal([RelayHost, OtherHost], await HostsAsync());
    }

    private IActorRef Directory(string hocon) => Sys.ActorOf(ProxyDirectoryActor.Props(_connection.Ref, Server, Settings(hocon).Discovery));

    private void Get(params Jid[] extra) => _directory.Tell(new ProxyDirectory.GetProxies(Ada, [.. extra]), TestActor);

    private void Report(StreamHost host, TimeSpan? took) => _directory.Tell(new ProxyDirectory.Report(host, took));

    private async Task<StreamHost[]> HostsAsync() => [.. (await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts];

    private void Answer(Connection.Ask ask, Answer answer) => _connection.Send(_directory, new Connection.Answered(ask.Tag, answer));

    private async Task QuietAsync()
    {
        await StillRunsAsync(_directory);
        TestActor.Tell("end of silence");
        await ExpectMsgAsync("end of silence");
    }

    /// <summary>A look at a server with two services: the first says nothing, which is returned; the second says what it is.</summary>
    private async Task<Connection.Ask> BeginAsync(bool isProxy = true)
    {
        Get();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(new DiscoItems([new DiscoItem(Other), new DiscoItem(Relay)]).ToXml()));
        var silent = await _connection.ExpectMsgAsync<Connection.Ask>(ask => ask.To == Other);
        var identity = isProxy ? new DiscoIdentity("proxy", "bytestreams") : new DiscoIdentity("conference", "text");
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(ask => ask.To == Relay), new Answer.Result(new DiscoInfo([identity], []).ToXml()));
        return silent;
    }

    private async Task KnowAsync(params StreamHost[] hosts)
    {
        Get();
        await FindAsync(await _connection.ExpectMsgAsync<Connection.Ask>(), hosts);
        await ExpectMsgAsync<ProxyDirectory.Proxies>();
    }

    /// <summary>Plays the server and its proxy.</summary>
    private async Task FindAsync(Connection.Ask items, params StreamHost[] hosts)
    {
        Answer(items, new Answer.Result(new DiscoItems([new DiscoItem(Relay)]).ToXml()));
        Answer(
            await _connection.ExpectMsgAsync<Connection.Ask>(),
            new Answer.Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer(hosts.Length == 0 ? [RelayHost] : hosts)));
    }
}
