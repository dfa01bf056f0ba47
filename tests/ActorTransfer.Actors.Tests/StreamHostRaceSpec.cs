using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Ada connects to streamhosts that Bo offers: direct candidates have Bo's JID.</summary>
public sealed class StreamHostRaceSpec : TransferTest
{
    private const string Refusal = "refused";

    private static readonly DestinationAddress Destination = DestinationAddress.Compute(SessionId, Bo, Ada);
    private static readonly DestinationAddress Latin1 = DestinationAddress.Compute("another", Bo, Ada);

    private readonly WatchedTimeProvider _clock = new();
    private readonly CancellationTokenSource _life = new();
    private readonly TestProbe _gate;
    private ImmutableArray<StreamHost> _own = [];

    public StreamHostRaceSpec()
    {
        _gate = CreateTestProbe("race");
        Own(_life);
    }

    [Fact]
    public async Task Selected_candidate_must_be_reported_with_its_connection_time()
    {
        var race = Race(Direct(1));
        var attempt = await NextAsync(Direct(1));
        Assert.Equal((TimeSpan.FromSeconds(5), StreamHostTrust.Peer), (attempt.Limit, attempt.Trust));
        _clock.Advance(TimeSpan.FromMilliseconds(120));
        attempt.Succeed(Near);
        var won = await race;
        Assert.Equal(Destination, await attempt.Destination);
        Assert.Equal((Direct(1), TimeSpan.FromMilliseconds(120)), (won.Host, won.Took));
        Assert.False(Near.Closed.IsCompleted);
        await _life.CancelAsync();
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Next_candidate_must_be_tried_after_the_stagger_delay()
    {
        var race = Race(Direct(1), Direct(2), Direct(3));
        await NextAsync(Direct(1));
        await ExpectNoAttemptAsync(199);
        await PassAsync(1);
        var second = await NextAsync(Direct(2));
        await ExpectNoAttemptAsync(199);
        await PassAsync(1);
        await NextAsync(Direct(3));
        second.Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
    }

    [Fact]
    public async Task Next_candidate_must_be_tried_at_once_when_the_previous_one_fails()
    {
        var race = Race(Direct(1), Direct(2), Proxy(3), Proxy(4));
        (await NextAsync(Direct(1))).Fail(Refusal);
        (await NextAsync(Direct(2))).Fail(Refusal);

        // No direct candidate is pending.
        (await NextAsync(Proxy(3))).Fail(Refusal);
        (await NextAsync(Proxy(4))).Succeed(Near);
        Assert.Equal(Proxy(4), (await race).Host);
    }

    [Fact]
    public async Task Proxies_must_be_tried_after_the_direct_candidates_whatever_the_order_of_the_list()
    {
        var race = Race(Proxy(3), Direct(1), Proxy(4), Direct(2));
        await NextAsync(Direct(1));
        await PassAsync(200);
        await NextAsync(Direct(2));
        await ExpectNoAttemptAsync(399);
        await PassAsync(1);
        await NextAsync(Proxy(3));
        await ExpectNoAttemptAsync(199);
        await PassAsync(1);
        await NextAsync(Proxy(4));
        await _life.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
    }

    [Fact]
    public async Task Proxies_must_be_tried_at_once_without_direct_candidates()
    {
        var race = Race(Proxy(3), Proxy(4));
        await NextAsync(Proxy(3));
        await PassAsync(200);
        await NextAsync(Proxy(4));
        await _life.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
    }

    [Fact]
    public async Task Earlier_of_two_proxies_must_be_selected_when_both_connect_within_the_tie_time()
    {
        var race = Race(Proxy(1), Proxy(2));
        var first = await NextAsync(Proxy(1));
        await PassAsync(200);
        var second = await NextAsync(Proxy(2));
        second.Succeed(Near);
        await PassAsync(49);
        var (near, _) = NewLink();
        first.Succeed(near);
        Assert.Equal(Proxy(1), (await race).Host);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(near.Closed.IsCompleted);
    }

    [Fact]
    public async Task Proxy_must_be_selected_at_once_after_the_proxy_delay()
    {
        var race = Race(Direct(1), Proxy(2));
        await NextAsync(Direct(1));
        await PassAsync(600);
        (await NextAsync(Proxy(2))).Succeed(Near);
        Assert.Equal(Proxy(2), (await race).Host);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proxy_must_be_selected_when_the_earlier_one_fails_or_exceeds_the_tie_time(bool fails)
    {
        var race = Race(Proxy(1), Proxy(2));
        var first = await NextAsync(Proxy(1));
        await PassAsync(200);
        (await NextAsync(Proxy(2))).Succeed(Near);
        if (fails)
        {
            first.Fail(Refusal);
        }
        else
        {
            await PassAsync(50);
        }

        Assert.Equal(Proxy(2), (await race).Host);
    }

    [Fact]
    public async Task Other_candidates_must_be_cancelled_after_the_selection_and_closed_if_they_connect()
    {
        var race = Race(honoursCancellation: false, Direct(1), Direct(2));
        var first = await NextAsync(Direct(1));
        await PassAsync(200);
        var second = await NextAsync(Direct(2));
        second.Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
        Assert.True(first.Cancellation.IsCancellationRequested);
        first.Connect();
        await first.DisposedAsync();
        Assert.False(Near.Closed.IsCompleted);
    }

    [Fact]
    public async Task At_most_sixteen_candidates_must_be_tried_and_none_twice()
    {
        var race = Race([.. Enumerable.Range(0, 40).Select(i => Direct(1 + (i / 2)))]);
        for (var i = 1; i <= 16; i++)
        {
            (await NextAsync(Direct(i))).Fail($"no {i}");
        }

        var message = (await Assert.ThrowsAsync<StreamHostRaceException>(() => race)).Message;
        Assert.Contains("no 1;", message, StringComparison.Ordinal);
        Assert.Contains("no 16", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streamhosts_forbidden_by_the_policy_must_be_distinguished_from_unreachable_ones()
    {
        var race = Race(Direct(1), Proxy(2));
        (await NextAsync(Direct(1))).Fail(new EndPointNotAllowedException("10.0.0.1", 1));
        (await NextAsync(Proxy(2))).Fail(new EndPointNotAllowedException("10.0.0.2", 2));
        await Assert.ThrowsAsync<StreamhostsNotAllowedException>(() => race);

        race = Race(Direct(1), Proxy(2));
        (await NextAsync(Direct(1))).Fail(new EndPointNotAllowedException("10.0.0.1", 1));
        (await NextAsync(Proxy(2))).Fail(Refusal);
        await Assert.ThrowsAsync<StreamHostRaceException>(() => race);
    }

    [Fact]
    public async Task Known_proxy_must_be_connected_to_although_the_policy_forbids_its_address()
    {
        _own = [Proxy(2) with { Host = "LAN-2.example" }];
        var unknown = Proxy(2) with { Host = "unknown.example" };
        var race = Race(unknown, Proxy(2) with { Host = "lan-2.EXAMPLE" });
        (await NextAsync(unknown)).Fail(new EndPointNotAllowedException("unknown.example", 2));
        (await NextAsync(Proxy(2) with { Host = "lan-2.EXAMPLE" })).Fail(new EndPointNotAllowedException("lan-2.example", 2));
        var trusted = await NextAsync(Proxy(2) with { Host = "lan-2.EXAMPLE" });
        Assert.Equal(StreamHostTrust.Own, trusted.Trust);
        trusted.Succeed(Near);
        Assert.Equal("lan-2.EXAMPLE", (await race).Host.Host);
    }

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

    private static StreamHost Direct(int number) => new(Bo, $"203.0.113.{number}", 5000);

    private static StreamHost Proxy(int number) => new(Jid.Parse($"relay{number}.north.example"), $"relay{number}.north.example", 7777);

    /// <summary>One proxy at several addresses.</summary>
    private static StreamHost Address(int number) => new(Relay, $"203.0.113.{number}", 7777);

    private Task<StreamHostLink> Race(params StreamHost[] hosts) => Race(true, hosts);

    private Task<StreamHostLink> Race(bool honoursCancellation, params StreamHost[] hosts)
    {
        var connector = new ControlledConnector(_gate.Ref, honoursCancellation) { Forbidden = host => host.Host.StartsWith("10.", StringComparison.Ordinal) };
        var times = Settings("target { connect = 5s, stagger = 200ms, proxy-delay = 600ms, proxy-tie = 50ms }").Target;
        var terms = new RaceTerms(connector, Bo, [Destination, Latin1], times, _ => Task.FromResult(_own)) { Clock = _clock };
        return StreamHostRace.RunAsync(terms, [.. hosts], _life.Token);
    }

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

    private async Task<Attempt> NextAsync(StreamHost host)
    {
        var attempt = await _gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(host, attempt.Host);
        return attempt;
    }

    /// <summary>Advances the clock when a timer is pending.</summary>
    private async Task PassAsync(int milliseconds)
    {
        await _clock.TimerAsync().WaitAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    private async Task ExpectNoAttemptAsync(int milliseconds)
    {
        await PassAsync(milliseconds);
        Assert.False(_gate.HasMessages);
    }
}
