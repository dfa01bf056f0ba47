using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>Services that respond late or not at all.</summary>
public sealed class ProxyDirectoryDelaySpec : ProxyDirectoryTest
{
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
}
