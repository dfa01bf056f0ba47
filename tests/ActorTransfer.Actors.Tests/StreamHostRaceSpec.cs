using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Tests;

/// <summary>Ada connects to streamhosts that Bo offers: direct candidates have Bo's JID.</summary>
public sealed class StreamHostRaceSpec : StreamHostRaceTest
{
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

    /// <summary>Case 32 of Jingle's peers: the peer uses a candidate of this side, and only better ones of its own matter.</summary>
    [Fact]
    public async Task Candidates_of_the_raised_priority_and_below_must_leave_the_race()
    {
        var (late, _) = NewLink();
        var race = Race(Direct(1), Direct(2), Direct(3));
        var first = await NextAsync(Direct(1));
        await PassAsync(200);
        var second = await NextAsync(Direct(2));
        _floor.Raise(2);
        second.Succeed(late);
        await second.Destination.WaitAsync(TimeSpan.FromSeconds(20)); // it has the handshake of its JID
        first.Succeed(Near);
        Assert.Equal(Direct(1), (await race.WaitAsync(TimeSpan.FromSeconds(20))).Host);
        await late.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(_gate.HasMessages);
    }

    [Fact]
    public async Task Race_must_end_when_no_candidate_is_above_the_raised_priority()
    {
        var race = Race(Direct(1), Direct(2));
        (await NextAsync(Direct(1))).Fail("no 1");
        var second = await NextAsync(Direct(2));
        _floor.Raise(1);
        Assert.Contains("no 1", (await Assert.ThrowsAsync<StreamHostRaceException>(() => race.WaitAsync(TimeSpan.FromSeconds(20)))).Message, StringComparison.Ordinal);
        Assert.True(second.Cancellation.IsCancellationRequested);
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

    private async Task ExpectNoAttemptAsync(int milliseconds)
    {
        await PassAsync(milliseconds);
        Assert.False(_gate.HasMessages);
    }
}
