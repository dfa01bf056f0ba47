using System.Collections.Immutable;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Sockets;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Bo offers, Ada races: direct hosts have Bo's JID.</summary>
public sealed class StreamHostRaceSpec : TransferTest
{
    private const string Refusal = "refused";

    private static readonly DestinationAddress Destination = DestinationAddress.Compute(SessionId, Bo, Ada);
    private static readonly DestinationAddress Latin1 = DestinationAddress.Compute("another", Bo, Ada);

    private readonly ManualTime _clock = new();
    private readonly CancellationTokenSource _life = new();
    private readonly TestProbe _gate;
    private ImmutableArray<StreamHost> _own = [];

    public StreamHostRaceSpec()
    {
        _gate = CreateTestProbe("race");
        Own(_life);
    }

    [Fact]
    public async Task Winner_must_be_told_with_its_host_and_its_time()
    {
        var race = Race(Direct(1));
        var attempt = await NextAsync(Direct(1));
        Assert.Equal((TimeSpan.FromSeconds(5), StreamHostTrust.Peer, Destination), (attempt.Limit, attempt.Trust, attempt.Destination));
        _clock.Advance(TimeSpan.FromMilliseconds(120));
        attempt.Succeed(Near);
        var won = await race;
        Assert.Equal((Direct(1), TimeSpan.FromMilliseconds(120)), (won.Host, won.Took));
        Assert.False(Near.Closed.IsCompleted);
        await _life.CancelAsync();
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Next_host_must_be_tried_when_the_one_before_is_silent_for_a_while()
    {
        var race = Race(Direct(1), Direct(2), Direct(3));
        await NextAsync(Direct(1));
        await QuietAsync(199);
        await PassAsync(1);
        var second = await NextAsync(Direct(2));
        await QuietAsync(199);
        await PassAsync(1);
        await NextAsync(Direct(3));
        second.Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
    }

    [Fact]
    public async Task Next_host_must_be_tried_at_once_when_the_one_before_fails()
    {
        var race = Race(Direct(1), Direct(2), Proxy(3), Proxy(4));
        (await NextAsync(Direct(1))).Fail(Refusal);
        (await NextAsync(Direct(2))).Fail(Refusal);

        // No direct way is left to wait for.
        (await NextAsync(Proxy(3))).Fail(Refusal);
        (await NextAsync(Proxy(4))).Succeed(Near);
        Assert.Equal(Proxy(4), (await race).Host);
    }

    [Fact]
    public async Task Proxies_must_wait_for_the_direct_hosts_and_come_after_them_whatever_the_order_of_the_list()
    {
        var race = Race(Proxy(3), Direct(1), Proxy(4), Direct(2));
        await NextAsync(Direct(1));
        await PassAsync(200);
        await NextAsync(Direct(2));
        await QuietAsync(399);
        await PassAsync(1);
        await NextAsync(Proxy(3));
        await QuietAsync(199);
        await PassAsync(1);
        await NextAsync(Proxy(4));
        await _life.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
    }

    [Fact]
    public async Task Proxies_must_not_wait_when_there_is_nothing_direct()
    {
        var race = Race(Proxy(3), Proxy(4));
        await NextAsync(Proxy(3));
        await PassAsync(200);
        await NextAsync(Proxy(4));
        await _life.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
    }

    [Fact]
    public async Task Earlier_of_two_proxies_must_win_when_both_are_reached_within_a_moment()
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
    public async Task Proxy_must_not_wait_for_direct_hosts_that_had_their_time()
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
    public async Task Proxy_must_win_when_the_earlier_one_fails_or_takes_longer_than_a_moment(bool fails)
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
    public async Task Losers_must_be_called_off_when_the_winner_is_known_and_reset_when_they_connect_all_the_same()
    {
        var race = Race(heedsCancellation: false, Direct(1), Direct(2));
        var first = await NextAsync(Direct(1));
        await PassAsync(200);
        var second = await NextAsync(Direct(2));
        second.Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
        Assert.True(first.Cancellation.IsCancellationRequested);
        var (late, _) = NewLink();
        first.Succeed(late);
        await late.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(Near.Closed.IsCompleted);
    }

    [Fact]
    public async Task No_more_than_sixteen_hosts_must_be_tried_and_none_twice()
    {
        var race = Race([.. Enumerable.Range(0, 40).Select(i => Direct(1 + (i / 2)))]);
        for (var i = 1; i <= 16; i++)
        {
            (await NextAsync(Direct(i))).Fail($"no {i}");
        }

        var message = (await Assert.ThrowsAsync<IOException>(() => race)).Message;
        Assert.Contains("no 1;", message, StringComparison.Ordinal);
        Assert.Contains("no 16", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_that_the_policy_forbids_all_must_be_told_apart_from_hosts_that_are_dead()
    {
        var race = Race(Direct(1), Proxy(2));
        (await NextAsync(Direct(1))).Fail(new EndPointNotAllowedException("10.0.0.1", 1));
        (await NextAsync(Proxy(2))).Fail(new EndPointNotAllowedException("10.0.0.2", 2));
        await Assert.ThrowsAsync<StreamhostsNotAllowedException>(() => race);

        race = Race(Direct(1), Proxy(2));
        (await NextAsync(Direct(1))).Fail(new EndPointNotAllowedException("10.0.0.1", 1));
        (await NextAsync(Proxy(2))).Fail(Refusal);
        await Assert.ThrowsAsync<IOException>(() => race);
    }

    [Fact]
    public async Task Proxy_that_this_side_knows_must_be_reached_although_the_policy_forbids_its_address()
    {
        _own = [Proxy(2) with { Host = "LAN-2.example" }];
        var impostor = Proxy(2) with { Host = "10.0.0.66" };
        var race = Race(impostor, Proxy(2) with { Host = "lan-2.EXAMPLE" });
        (await NextAsync(impostor)).Fail(new EndPointNotAllowedException("10.0.0.66", 2));
        (await NextAsync(Proxy(2) with { Host = "lan-2.EXAMPLE" })).Fail(new EndPointNotAllowedException("lan-2.example", 2));
        var trusted = await NextAsync(Proxy(2) with { Host = "lan-2.EXAMPLE" });
        Assert.Equal(StreamHostTrust.Own, trusted.Trust);
        trusted.Succeed(Near);
        Assert.Equal("lan-2.EXAMPLE", (await race).Host.Host);
    }

    [Fact]
    public async Task Streamhost_that_refuses_the_address_must_be_asked_once_more_for_the_other_form_of_it()
    {
        var race = Race(Direct(1), Direct(2));
        (await NextAsync(Direct(1))).Fail(new Socks5RefusedException(2));
        var again = await NextAsync(Direct(1));
        Assert.Equal(Latin1, again.Destination);
        again.Fail(new Socks5RefusedException(2));
        (await NextAsync(Direct(2))).Succeed(Near);
        Assert.Equal(Direct(2), (await race).Host);
    }

    private static StreamHost Direct(int number) => new(Bo, $"203.0.113.{number}", 5000);

    private static StreamHost Proxy(int number) => new(Relay, $"relay{number}.north.example", 7777);

    private Task<StreamHostLink> Race(params StreamHost[] hosts) => Race(true, hosts);

    private Task<StreamHostLink> Race(bool heedsCancellation, params StreamHost[] hosts)
    {
        var connector = new GateConnector(_gate.Ref, heedsCancellation);
        var times = Settings("target { connect = 5s, stagger = 200ms, proxy-delay = 600ms, proxy-tie = 50ms }").Target;
        var terms = new RaceTerms(connector, Bo, [Destination, Latin1], times, _ => Task.FromResult(_own)) { Clock = _clock };
        return StreamHostRace.RunAsync(terms, [.. hosts], _life.Token);
    }

    private async Task<Attempt> NextAsync(StreamHost host)
    {
        var attempt = await _gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(host, attempt.Host);
        return attempt;
    }

    /// <summary>Moves the clock when the race waits for it.</summary>
    private async Task PassAsync(int milliseconds)
    {
        await _clock.TimersAsync(1).WaitAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    private async Task QuietAsync(int milliseconds)
    {
        await PassAsync(milliseconds);
        Assert.False(_gate.HasMessages);
    }
}
