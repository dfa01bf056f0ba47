using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;

namespace ActorTransfer.Actors.Tests;

public sealed class FileQuotasSpec
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FileLimits s_limits = new(MaxSize: 0, QuotaPerPeer: 100, QuotaTotal: 150, QuotaPeriod: TimeSpan.FromDays(1));
    private static readonly Jid s_ada = Jid.Parse("ada@north.example");
    private static readonly Jid s_bo = Jid.Parse("bo@south.example");

    private readonly FileQuotas _quotas = new(s_limits, s_noon);

    [Fact]
    public void Reserved_bytes_must_count_for_their_peer_and_in_total()
    {
        _quotas.Reserve(new TransferId(1), s_ada, 70);
        Assert.Equal((30, 80), (_quotas.LeftFor(s_ada, s_noon), _quotas.LeftFor(s_bo, s_noon)));
    }

    [Fact]
    public void Bytes_that_did_not_arrive_must_be_returned_at_the_end()
    {
        _quotas.Reserve(new TransferId(1), s_ada, 70);
        _quotas.Settle(new TransferId(1), 20);
        Assert.Equal((80, 100), (_quotas.LeftFor(s_ada, s_noon), _quotas.LeftFor(s_bo, s_noon)));
        _quotas.Settle(new TransferId(1), 20); // it has ended
        Assert.Equal(80, _quotas.LeftFor(s_ada, s_noon));
    }

    [Fact]
    public void Transfer_whose_bytes_are_unknown_must_count_as_reserved()
    {
        _quotas.Reserve(new TransferId(1), s_ada, 70);
        _quotas.Settle(new TransferId(1), null);
        Assert.Equal(30, _quotas.LeftFor(s_ada, s_noon));
    }

    [Fact]
    public void Usage_must_return_to_0_after_the_period_and_reservations_must_remain()
    {
        _quotas.Reserve(new TransferId(1), s_ada, 60);
        _quotas.Settle(new TransferId(1), 60);
        _quotas.Reserve(new TransferId(2), s_ada, 30);
        Assert.Equal(10, _quotas.LeftFor(s_ada, s_noon.AddDays(1).AddTicks(-1)));
        Assert.Equal(70, _quotas.LeftFor(s_ada, s_noon.AddDays(1)));
        _quotas.Settle(new TransferId(2), 30);
        Assert.Equal(70, _quotas.LeftFor(s_ada, s_noon.AddDays(1)));
    }

    [Fact]
    public void Lowered_quota_must_leave_nothing_above_it()
    {
        _quotas.Reserve(new TransferId(1), s_ada, 60);
        _quotas.Change(s_limits with { QuotaPerPeer = 50 });
        Assert.Equal(0, _quotas.LeftFor(s_ada, s_noon));
        _quotas.Change(new FileLimits(0, 0, 0, s_limits.QuotaPeriod));
        Assert.Equal(long.MaxValue, _quotas.LeftFor(s_ada, s_noon));
    }

    [Fact]
    public void Number_of_peers_must_be_limited_and_those_with_the_most_usage_be_kept()
    {
        var quotas = new FileQuotas(s_limits with { QuotaTotal = 0 }, s_noon, mostPeers: 10);
        Receive(quotas, 1, s_ada, 100);
        quotas.Reserve(new TransferId(2), s_bo, 1);
        for (long number = 3; number < 1000; number++)
        {
            Receive(quotas, number, Jid.Parse($"u{number}@south.example"), 50);
            Assert.InRange(quotas.Peers, 1, 10);
        }

        Assert.Equal(0, quotas.LeftFor(s_ada, s_noon));
        Assert.Equal(99, quotas.LeftFor(s_bo, s_noon));
    }

    [Fact]
    public void Peer_that_sent_nothing_must_not_be_kept()
    {
        Receive(_quotas, 1, s_ada, 0);
        Assert.Equal(0, _quotas.Peers);
    }

    private static void Receive(FileQuotas quotas, long number, Jid peer, long bytes)
    {
        quotas.Reserve(new TransferId(number), peer, 100);
        quotas.Settle(new TransferId(number), bytes);
    }
}
