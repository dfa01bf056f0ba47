using System.Globalization;
using System.Net;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Tests;

/// <summary>Streamhosts with several addresses or forms of the destination address, and limits of attempts.</summary>
public sealed class StreamHostAddressesSpec : StreamHostRaceTest
{
    [Fact]
    public async Task Streamhost_that_refuses_the_destination_address_must_be_tried_with_its_other_form()
    {
        var race = Race(Direct(1), Direct(2));
        (await NextAsync(Direct(1))).Fail(new Socks5RefusedException(2));
        var again = await NextAsync(Direct(1));
        again.Fail(new Socks5RefusedException(2));
        Assert.Equal(Latin1, await again.Destination);
        (await NextAsync(Direct(2))).Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
    }

    [Fact]
    public async Task Streamhost_that_closes_instead_of_refusing_must_be_tried_with_the_other_form_too()
    {
        var race = Race(Direct(1));
        (await NextAsync(Direct(1))).Fail(new Socks5HandshakeException("closed"));
        var again = await NextAsync(Direct(1));
        again.Succeed(Near);
        Assert.Equal((Direct(1), Latin1), ((await race).Host, await again.Destination));
    }

    /// <summary>Jingle gives each candidate a priority and destinations of its own.</summary>
    [Fact]
    public async Task Candidates_must_be_tried_by_priority_with_their_own_destinations()
    {
        var race = Race(
            [
                new StreamHostCandidate(Direct(1), 10, IsDirect: true, [Latin1]),
                new StreamHostCandidate(Proxy(3), 50, IsDirect: false, [Latin1]),
                new StreamHostCandidate(Direct(2), 90, IsDirect: true, [Destination]),
            ]);
        (await NextAsync(Direct(2))).Fail(new Socks5RefusedException(2));
        var proxy = await NextAsync(Proxy(3));
        proxy.Fail(new Socks5RefusedException(2));
        var last = await NextAsync(Direct(1));
        last.Succeed(Near);
        Assert.Equal((Latin1, Latin1), (await proxy.Destination, await last.Destination));
        Assert.Equal(Direct(1), (await race).Host);
    }

    /// <summary>The proxies of Openfire and Prosody treat a second handshake with the same hash as the initiator's, or replace that one.</summary>
    [Fact]
    public async Task Addresses_of_one_JID_must_connect_in_parallel_and_only_one_must_start_a_handshake()
    {
        var race = Race(Address(1), Address(2) with { Jid = Jid.Parse("RELAY.north.Example./node2") });
        var first = await NextAsync(Address(1));
        await PassAsync(200);
        var second = await _gate.ExpectMsgAsync<Attempt>();
        second.Connect();
        var handshake = await HandshakeAsync(second);
        first.Connect();
        await ExpectNoHandshakeAsync();

        handshake.Result.SetResult(Near);
        Assert.Equal("203.0.113.2", (await race).Host.Host);
        await first.DisposedAsync();
        Assert.False(_gate.HasMessages);
    }

    [Fact]
    public async Task Address_must_not_be_tried_during_a_handshake_at_another_address_of_the_same_JID()
    {
        var race = Race(Address(1), Address(2), Proxy(3));
        var first = await NextAsync(Address(1));
        first.Connect();
        var handshake = await HandshakeAsync(first);
        await PassAsync(200);
        var other = await NextAsync(Proxy(3));
        handshake.Result.SetException(new IOException(Refusal));
        await NextAsync(Address(2));
        Assert.True(first.IsDisposed);
        other.Succeed(Near);
        await other.Destination;
        await PassAsync(50);
        Assert.Equal(Proxy(3), (await race).Host);
    }

    [Fact]
    public async Task Waiting_connection_must_start_its_handshake_after_the_previous_one_failed_and_closed()
    {
        var race = Race(Address(1), Address(2));
        var first = await NextAsync(Address(1));
        await PassAsync(200);
        var second = await NextAsync(Address(2));
        second.Connect();
        first.Connect();
        var silent = await HandshakeAsync(null);
        silent.Result.SetException(new TimeoutException("no SOCKS5 reply"));
        var next = await HandshakeAsync(silent.Attempt == first ? second : first);
        Assert.True(silent.Attempt.IsDisposed);
        next.Result.SetResult(Near);
        Assert.Equal(next.Attempt.Host, (await race).Host);
    }

    /// <summary>A streamhost may close connections that send no handshake.</summary>
    [Fact]
    public async Task Connection_that_was_closed_while_waiting_must_be_reopened()
    {
        var race = Race(Address(1), Address(2));
        var first = await NextAsync(Address(1));
        await PassAsync(200);
        var second = await NextAsync(Address(2));
        first.Connect();
        var handshake = await HandshakeAsync(first);
        second.HasEnded = true;
        second.Connect();
        handshake.Result.SetException(new IOException(Refusal));
        (await NextAsync(Address(2))).Succeed(Near);
        Assert.Equal(Address(2), (await race).Host);
    }

    [Fact]
    public async Task One_address_under_two_JIDs_must_have_one_handshake_at_a_time()
    {
        var race = Race(Proxy(1), Proxy(2));
        var first = await NextAsync(Proxy(1));
        await PassAsync(200);
        var second = await NextAsync(Proxy(2));
        first.Connect(new IPEndPoint(IPAddress.Loopback, 7777));
        var handshake = await HandshakeAsync(first);
        second.Connect(new IPEndPoint(IPAddress.Loopback, 7777));
        await ExpectNoHandshakeAsync();
        handshake.Result.SetResult(Near);
        Assert.Equal(Proxy(1), (await race).Host);
    }

    [Fact]
    public async Task Other_form_of_the_destination_address_must_be_tried_before_the_next_connection()
    {
        var race = Race(Address(1), Address(2));
        var first = await NextAsync(Address(1));
        await PassAsync(200);
        var second = await NextAsync(Address(2));
        first.Connect();
        var refused = await HandshakeAsync(first);
        second.Connect();
        refused.Result.SetException(new Socks5RefusedException(2));
        var again = await NextAsync(Address(1));
        again.Succeed(Near);
        Assert.Equal(Latin1, await again.Destination);
        Assert.Equal(Address(1), (await race).Host);
    }

    [Theory]
    [InlineData("10.0.0.{0}")]
    [InlineData("::ffff:203.0.113.1")]
    [InlineData("203.0.113.1")]
    public async Task Duplicates_and_forbidden_addresses_must_not_count_as_attempts(string form)
    {
        StreamHost[] idle = [.. Enumerable.Range(1, 60).Select(i => Address(1) with { Host = string.Format(CultureInfo.InvariantCulture, form, i) })];
        var race = Race([Address(1), .. idle, Address(2)]);
        (await NextAsync(Address(1))).Fail(Refusal);
        (await NextAsync(Address(2))).Succeed(Near);
        Assert.Equal(Address(2), (await race).Host);
    }

    [Fact]
    public async Task Names_that_resolve_to_forbidden_addresses_must_not_count_as_attempts_but_have_a_limit()
    {
        var race = Race([.. Enumerable.Range(1, 100).Select(Proxy)]);
        for (var i = 1; i <= 64; i++)
        {
            (await NextAsync(Proxy(i))).Fail(new EndPointNotAllowedException("x", i));
        }

        Assert.Contains("36 more were not tried", (await Assert.ThrowsAsync<StreamHostRaceException>(() => race)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Known_proxy_at_a_forbidden_address_must_be_tried_in_its_place()
    {
        _own = [Address(1) with { Host = "10.0.0.1" }];
        var race = Race(Address(1) with { Host = "10.0.0.2" }, Address(1) with { Host = "10.0.0.1" });
        var attempt = await NextAsync(Address(1) with { Host = "10.0.0.1" });
        Assert.Equal(StreamHostTrust.Own, attempt.Trust);
        attempt.Fail(Refusal);
        var message = (await Assert.ThrowsAsync<StreamHostRaceException>(() => race)).Message;
        Assert.Contains("10.0.0.2:7777", message, StringComparison.Ordinal);
        Assert.Contains($"10.0.0.1:7777: {Refusal}", message, StringComparison.Ordinal);
    }

    /// <summary>One proxy at several addresses.</summary>
    private static StreamHost Address(int number) => new(Relay, $"203.0.113.{number}", 7777);

    /// <summary>The next handshake; null = of any streamhost.</summary>
    private async Task<Handshake> HandshakeAsync(Attempt? attempt)
    {
        var handshake = await _gate.ExpectMsgAsync<Handshake>();
        Assert.True(attempt is null || handshake.Attempt == attempt);
        return handshake;
    }

    /// <summary>Checks that no further attempt or handshake starts.</summary>
    private async Task ExpectNoHandshakeAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await Task.Yield();
        }

        Assert.False(_gate.HasMessages);
    }
}
