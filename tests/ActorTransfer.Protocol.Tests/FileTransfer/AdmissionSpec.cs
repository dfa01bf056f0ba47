using ActorTransfer.Protocol.FileTransfer;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

public sealed class AdmissionSpec
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jid Ada = Jid.Parse("ada@north.example");
    private static readonly Jid Bo = Jid.Parse("bo@south.example");
    private static readonly Jid Cy = Jid.Parse("cy@west.example");
    private static readonly AdmissionLimits Limits = new(
        MaxActive: 3, MaxPerPeer: 2, MaxQueuedSends: 4, MaxQueuedOffers: 3, SendQueueTimeout: TimeSpan.FromSeconds(60),
        OfferQueueTimeout: TimeSpan.FromSeconds(30));

    private const string Main = "main";

    private readonly Admission _admission = new(Limits);

    [Fact]
    public void Transfers_must_begin_at_once_when_no_limit_is_reached()
    {
        Assert.Equal(new AdmissionDecision(Decision.Begin), Send(1, Ada));
        Assert.Equal(new AdmissionDecision(Decision.Begin), Offer(2, Ada));
        Assert.Equal(new AdmissionDecision(Decision.Begin), Offer(3, Bo));
        Assert.Equal((3, 0), (_admission.Active, _admission.Queued));
    }

    [Fact]
    public void Transfer_must_be_queued_when_the_limit_of_active_transfers_is_reached()
    {
        Fill();
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Active), Send(4, Cy));
        Assert.Equal([4L], _admission.Release(Ada, Main));
    }

    [Fact]
    public void Transfer_queued_by_its_peers_limit_must_not_block_other_peers()
    {
        Send(1, Ada);
        Send(2, Ada);
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Peer), Send(3, Ada));
        Assert.Equal(new AdmissionDecision(Decision.Begin), Send(4, Bo));
        Assert.Empty(_admission.Release(Bo, Main));
        Assert.Equal([3L], _admission.Release(Ada, Main));
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void Transfer_must_be_refused_when_the_queue_is_full(bool isOffer, int most)
    {
        Fill();
        for (var slot = 0; slot < most; slot++)
        {
            Assert.Equal(Decision.Queue, _admission.Request(10 + slot, Cy, Main, isOffer, Noon).Decision);
        }

        Assert.Equal(new AdmissionDecision(Decision.Refuse, AdmissionLimit.Active), _admission.Request(99, Cy, Main, isOffer, Noon));
        Assert.Equal(Decision.Queue, _admission.Request(100, Cy, Main, !isOffer, Noon).Decision);
    }

    [Fact]
    public void Peers_must_be_served_alternately_and_in_their_own_order()
    {
        Fill();
        Send(10, Ada);
        Send(11, Ada);
        Send(12, Ada);
        Offer(20, Bo);
        Offer(30, Cy);
        Assert.Equal([20L], _admission.Release(Ada, Main)); // Ada was at its limit until now, so it is last
        Assert.Equal([30L], _admission.Release(Bo, Main));
        Assert.Equal([10L], _admission.Release(Ada, Main));
        Assert.Equal([11L], _admission.Release(Bo, Main));
        Assert.Empty(_admission.Release(Cy, Main));
        Assert.Equal([12L], _admission.Release(Ada, Main));
    }

    [Fact]
    public void Queue_timeout_must_end_by_kind_and_in_order()
    {
        Fill();
        Send(10, Cy);
        Offer(20, Cy, Noon.AddSeconds(10));
        Assert.Equal(Noon.AddSeconds(40), _admission.NextDeadline);
        Assert.Empty(_admission.Expire(Noon.AddSeconds(39)));
        Assert.Equal([20L], _admission.Expire(Noon.AddSeconds(40)));
        Assert.Equal(Noon.AddSeconds(60), _admission.NextDeadline);
        Assert.Equal([10L], _admission.Expire(Noon.AddSeconds(60)));
        Assert.Null(_admission.NextDeadline);
        Assert.Empty(_admission.Release(Ada, Main));
    }

    [Fact]
    public void Transfer_that_is_cancelled_in_the_queue_must_not_start()
    {
        Fill();
        Send(10, Cy);
        Send(11, Cy);
        Assert.True(_admission.Remove(10));
        Assert.False(_admission.Remove(10));
        Assert.False(_admission.Remove(1));
        Assert.Equal([11L], _admission.Release(Ada, Main));
    }

    [Fact]
    public void Transfer_queued_by_its_accounts_limit_must_not_block_other_accounts()
    {
        _admission.Change(Limits with { MaxPerAccount = 1 });
        Send(1, Ada);
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Account), Send(2, Bo));
        Assert.Equal(new AdmissionDecision(Decision.Begin), _admission.Request(3, Bo, "side", isOffer: false, Noon));
        Assert.Empty(_admission.Release(Bo, "side"));
        Assert.Equal([2L], _admission.Release(Ada, Main));
    }

    [Fact]
    public void Accounts_must_be_served_alternately()
    {
        Fill();
        Send(10, Cy);
        Send(11, Cy);
        _admission.Request(20, Ada, "side", isOffer: true, Noon); // Ada is at its limit
        _admission.Request(21, Cy, "side", isOffer: true, Noon);
        Assert.Equal([10L], _admission.Release(Bo, Main));
        Assert.Equal([21L], _admission.Release(Cy, Main));
        Assert.Equal([11L], _admission.Release(Cy, "side"));
        Assert.Equal([20L], _admission.Release(Ada, Main));
        _admission.Release(Ada, "side");
        _admission.Release(Ada, Main);
        _admission.Release(Cy, Main);
        Assert.Equal((0, 0), (_admission.Active, _admission.Queued));
    }

    [Fact]
    public void Lowered_limit_must_end_no_active_transfer_and_hold_for_the_next_one()
    {
        Fill();
        Assert.Empty(_admission.Change(Limits with { MaxActive = 1 }));
        Assert.Equal(3, _admission.Active);
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Active), Send(10, Cy));
        Assert.Empty(_admission.Release(Ada, Main));
        Assert.Empty(_admission.Release(Ada, Main));
        Assert.Equal([10L], _admission.Release(Bo, Main));
    }

    [Fact]
    public void Raised_limit_must_start_queued_transfers_at_once()
    {
        Fill();
        Send(10, Ada); // held back by both limits
        Send(11, Cy);
        Assert.Equal([11L], _admission.Change(Limits with { MaxActive = 5 }));
        Assert.Equal([10L], _admission.Change(Limits with { MaxActive = 5, MaxPerPeer = 3 }));
    }

    [Fact]
    public void Changed_queue_timeout_must_hold_for_transfers_that_are_queued()
    {
        Fill();
        Send(10, Cy);
        _admission.Change(Limits with { SendQueueTimeout = TimeSpan.FromSeconds(5), MaxQueuedSends = 0 });
        Assert.Equal(Noon.AddSeconds(5), _admission.NextDeadline);
        Assert.Equal(1, _admission.Queued);
        Assert.Equal([10L], _admission.Expire(Noon.AddSeconds(5)));
    }

    /// <summary>
    /// Letters: s/o = a send to/offer of a peer (three peers in rotation), r = an active one ends, l = a queued one is cancelled, t = time
    /// passes, m = the
    /// limits are replaced.
    /// </summary>
    [Fact]
    public void Any_course_of_events_must_keep_the_limits_and_start_all_transfers()
    {
        var inputs = Gen.ListOf(Gen.Frequency((4, Gen.Elements('a', 'b', 'c', 'A', 'B', 'C')), (3, Gen.Constant('r')), (1, Gen.Elements('l', 't', 'm'))));
        Prop.ForAll(inputs.ToArbitrary(), sequence => Check([.. sequence])).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static void Check(char[] events)
    {
        var run = new AdmissionRun(Limits, Noon);
        for (var at = 0; at < events.Length; at++)
        {
            run.Take(events[at], at);
        }

        run.End();
    }

    private void Fill()
    {
        Send(1, Ada);
        Send(2, Ada);
        Send(3, Bo);
    }

    private AdmissionDecision Send(long slot, Jid peer) => _admission.Request(slot, peer, Main, isOffer: false, Noon);

    private AdmissionDecision Offer(long slot, Jid peer, DateTimeOffset? now = null) => _admission.Request(slot, peer, Main, isOffer: true, now ?? Noon);
}
