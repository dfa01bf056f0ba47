using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Testing.Dns;
using ActorTransfer.Transports.Resolution;

namespace ActorTransfer.Transports.Tests.Resolution;

/// <summary>Lookups against a name server of the test, with real packets.</summary>
public sealed class DnsServerResolverTests : IDisposable
{
    private const string Clear = "_xmpp-client._tcp.example.test";
    private const string Direct = "_xmpps-client._tcp.example.test";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private readonly DnsResponder _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Records_of_both_kinds_must_be_found()
    {
        _server.Has(Clear, (10, 5, 5222, "a.example.test"), (20, 0, 15222, "b.example.test")).Has(Direct, (5, 1, 443, "c.example.test"));
        var search = await Resolver().FindAsync("example.test", startTls: true, directTls: true, CancellationToken.None);
        Assert.Equal(
            ["c.example.test:443 by direct TLS", "a.example.test:5222", "b.example.test:15222"],
            search.Records.Select(found => found.Record.EndPoint(found.DirectTls).ToString()));
        Assert.Equal([5, 10, 20], search.Records.Select(found => found.Record.Priority));
        Assert.Equal([1, 5, 0], search.Records.Select(found => found.Record.Weight));
    }

    [Fact]
    public async Task Only_requested_records_must_be_queried()
    {
        await Resolver().FindAsync("example.test", startTls: false, directTls: true, CancellationToken.None);
        Assert.Equal([Direct], _server.Asked.Distinct());
    }

    [Fact]
    public async Task Root_as_the_target_must_mean_that_there_is_no_service()
    {
        _server.Has(Clear, (0, 0, 0, "."));
        Assert.True(Assert.Single(await FoundAsync(Clear)).IsNotAvailable);
    }

    [Fact]
    public async Task Name_that_does_not_exist_must_have_no_records() =>
        Assert.IsType<SrvAnswer.None>(await Resolver().LookUpAsync(Clear, CancellationToken.None));

    [Fact]
    public async Task Name_without_such_records_must_have_none()
    {
        _server.Has(Clear);
        Assert.IsType<SrvAnswer.None>(await Resolver().LookUpAsync(Clear, CancellationToken.None));
    }

    [Fact]
    public async Task Alias_must_be_followed()
    {
        _server.HasAlias(Clear, "_xmpp-client._tcp.host.test", (0, 0, 5222, "a.host.test"));
        Assert.Equal("a.host.test", Assert.Single(await FoundAsync(Clear)).Target);
    }

    [Fact]
    public async Task Records_of_another_name_must_be_ignored()
    {
        _server.HasForeign(Clear, "_xmpp-client._tcp.evil.test", (0, 0, 5222, "a.evil.test"));
        Assert.IsType<SrvAnswer.None>(await Resolver().LookUpAsync(Clear, CancellationToken.None));
    }

    [Fact]
    public async Task Truncated_response_must_be_retried_over_TCP()
    {
        _server.HasOverTcp(Clear, [.. Enumerable.Range(0, 200).Select(i => (i, 0, 5222, $"h{i}.example.test"))]);
        Assert.Equal(200, (await FoundAsync(Clear)).Count);
    }

    [Fact]
    public async Task International_names_must_stay_in_their_ASCII_form()
    {
        const string name = "_xmpp-client._tcp.xn--bcher-kva.example";
        _server.Has(name, (0, 0, 5222, "chat.xn--bcher-kva.example"));
        Assert.Equal("chat.xn--bcher-kva.example", Assert.Single(await FoundAsync(name)).Target);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Failure_of_the_name_server_must_be_reported(int code)
    {
        _server.Fails(Clear, code);
        Assert.Contains("the name server returned", await FailedAsync(Clear, TimeSpan.FromSeconds(5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lookup_must_time_out()
    {
        _server.IsSilentAbout(Clear);
        var start = Stopwatch.GetTimestamp();
        Assert.Equal("no name server responded within 0.4 s", await FailedAsync(Clear, Short));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(10));
        Assert.True(_server.Asked.Count > 1, "a packet that is lost must not cost the answer");
    }

    [Fact]
    public async Task Unreachable_name_server_must_be_a_failure()
    {
        _server.Dispose();
        await FailedAsync(Clear, Short);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x85 })]
    [InlineData(new byte[] { 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x85, 0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0xC0, 0x0C })]
    [InlineData(new byte[] { 0x85, 0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 33, 0, 1, 0, 0, 0, 9, 0, 200, 1 })]
    [InlineData(new byte[] { 0x85, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 63, 1, 2 })]
    public async Task Invalid_response_must_be_a_failure(byte[] bytes)
    {
        _server.Babbles(Clear, bytes);
        await FailedAsync(Clear, Short);
    }

    /// <summary>Labels that begin like international ones and are not.</summary>
    [Theory]
    [InlineData("xn--\u00ff\u00ff.example.test")]
    [InlineData("a b\u001b[2J.example.test")]
    public async Task Invalid_target_must_not_be_connected_to(string target)
    {
        _server.Has(Clear, (0, 0, 5222, target));
        var search = await Resolver().FindAsync("example.test", startTls: true, directTls: false, CancellationToken.None);
        Assert.Equal("example.test:5222", Assert.Single(Assert.IsType<ServerChoice.EndPoints>(search.Choose(_ => 0)).InOrder).ToString());
    }

    [Fact]
    public async Task Name_that_is_too_long_for_DNS_must_be_a_failure() =>
        await FailedAsync("_xmpp-client._tcp." + string.Join('.', Enumerable.Repeat(new string('a', 60), 5)), Short);

    [Fact]
    public async Task Second_name_server_must_be_queried_when_the_first_is_silent()
    {
        using var silent = new DnsResponder();
        silent.IsSilentAbout(Clear);
        _server.Has(Clear, (0, 0, 5222, "a.example.test"));
        var resolver = new DnsServerResolver([silent.EndPoint, _server.EndPoint], TimeSpan.FromSeconds(4));
        Assert.IsType<SrvAnswer.Found>(await resolver.LookUpAsync(Clear, CancellationToken.None));
    }

    [Theory]
    [InlineData(3600, 1)]
    [InlineData(0, 2)]
    public async Task Records_must_be_cached_for_their_time_to_live(int ttl, int queries)
    {
        _server.Has(Clear, ttl, (0, 0, 5222, "a.example.test"));
        var resolver = Resolver();
        await resolver.LookUpAsync(Clear, CancellationToken.None);
        await resolver.LookUpAsync(Clear, CancellationToken.None);
        Assert.Equal(queries, _server.Asked.Count);
    }

    [Fact]
    public async Task Failure_must_not_be_cached()
    {
        var resolver = Resolver();
        Assert.IsType<SrvAnswer.None>(await resolver.LookUpAsync(Clear, CancellationToken.None));
        _server.Has(Clear, (0, 0, 5222, "a.example.test"));
        Assert.IsType<SrvAnswer.Found>(await resolver.LookUpAsync(Clear, CancellationToken.None));
    }

    [Fact]
    public async Task Lookup_must_end_when_it_is_cancelled()
    {
        _server.IsSilentAbout(Clear);
        using var cancel = new CancellationTokenSource();
        var asking = Resolver().LookUpAsync(Clear, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Addresses_of_a_host_must_come_from_the_configured_name_servers()
    {
        _server.HasAddress("a.example.test", IPAddress.Parse("192.0.2.1")).HasAddress("a.example.test", IPAddress.Parse("2001:db8::1"));
        Assert.Equal(
            [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1")], await Resolver().GetAddressesAsync("a.example.test", CancellationToken.None));
    }

    [Fact]
    public async Task Names_unknown_to_the_name_servers_must_be_resolved_by_the_system()
    {
        Assert.All(await Resolver().GetAddressesAsync("localhost", CancellationToken.None), address => Assert.True(IPAddress.IsLoopback(address)));
        await Assert.ThrowsAsync<SocketException>(() => Resolver().GetAddressesAsync("nowhere.invalid", CancellationToken.None));
    }

    private DnsServerResolver Resolver(TimeSpan? limit = null) => new([_server.EndPoint], limit ?? TimeSpan.FromSeconds(10));

    private async Task<IReadOnlyCollection<SrvRecord>> FoundAsync(string name) =>
        Assert.IsType<SrvAnswer.Found>(await Resolver().LookUpAsync(name, CancellationToken.None)).Records;

    private async Task<string> FailedAsync(string name, TimeSpan limit) =>
        Assert.IsType<SrvAnswer.Failed>(await Resolver(limit).LookUpAsync(name, CancellationToken.None)).Reason;
}
