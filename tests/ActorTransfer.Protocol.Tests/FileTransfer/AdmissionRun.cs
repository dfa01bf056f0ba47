using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Plays events to an admission and checks its invariants after each, with plain lists.</summary>
internal sealed class AdmissionRun(AdmissionLimits limits, DateTimeOffset start)
{
    private static readonly string[] Accounts = ["main", "side"];
    private static readonly Jid[] Peers = [Jid.Parse("a@x.example"), Jid.Parse("b@x.example"), Jid.Parse("c@x.example")];

    private readonly Admission _admission = new(limits);
    private AdmissionLimits _limits = limits;
    private readonly List<(long Slot, Jid Peer, string Account)> _alive = [];
    private readonly List<(long Slot, Jid Peer, string Account, bool IsOffer, DateTimeOffset Since)> _waiting = [];
    private DateTimeOffset _now = start;
    private long _last;

    /// <param name="what">
    /// a to c: a send to that peer; A to C: an offer of it; r = an active one ends; l = a queued one is cancelled; t = time passes;
    /// m = the limits are replaced.
    /// </param>
    /// <param name="seed">Seed of the random choices.</param>
    public void Take(char what, int seed)
    {
        switch (what)
        {
            case 'r' when _alive.Count > 0:
                End(seed % _alive.Count);
                break;
            case 'l' when _waiting.Count > 0:
                var leaves = _waiting[seed % _waiting.Count];
                Assert.True(_admission.Remove(leaves.Slot));
                _waiting.Remove(leaves);
                break;
            case 't':
                _now += TimeSpan.FromSeconds(25);
                var due = _waiting.Where(waiter => Deadline(waiter.IsOffer, waiter.Since) <= _now).Select(waiter => waiter.Slot).Order();
                Assert.Equal(due, _admission.Expire(_now).Order());
                _waiting.RemoveAll(waiter => Deadline(waiter.IsOffer, waiter.Since) <= _now);
                break;
            case 'm':
                _limits = _limits with
                {
                    MaxActive = 1 + (seed % 5),
                    MaxPerPeer = 1 + (seed % 3),
                    MaxPerAccount = seed % 4,
                    MaxQueuedSends = seed % 5,
                    OfferQueueTimeout = TimeSpan.FromSeconds(10 * (seed % 4)),
                };
                Begin(_admission.Change(_limits));
                break;
            case >= 'A' and <= 'C':
                Ask(Peers[what - 'A'], Accounts[seed % 2], isOffer: true);
                break;
            case >= 'a' and <= 'c':
                Ask(Peers[what - 'a'], Accounts[seed % 2], isOffer: false);
                break;
        }

        CheckState();
    }

    /// <summary>When all have ended, all queued ones have been active.</summary>
    public void End()
    {
        while (_alive.Count > 0)
        {
            End(0);
            CheckState();
        }

        Assert.Empty(_waiting);
        Assert.Equal((0, 0, null), (_admission.Active, _admission.Queued, _admission.NextDeadline));
    }

    private void Ask(Jid peer, string account, bool isOffer)
    {
        var full = _alive.Count >= _limits.MaxActive ? AdmissionLimit.Active : ActiveWith(peer) >= _limits.MaxPerPeer ? AdmissionLimit.Peer
            : IsFull(account) ? AdmissionLimit.Account : AdmissionLimit.None;
        var room = _waiting.Count(waiter => waiter.IsOffer == isOffer) < (isOffer ? _limits.MaxQueuedOffers : _limits.MaxQueuedSends);
        var expected = full == AdmissionLimit.None ? Decision.Begin : room ? Decision.Queue : Decision.Refuse;
        var slot = ++_last;
        Assert.Equal(new AdmissionDecision(expected, full), _admission.Request(slot, peer, account, isOffer, _now));
        if (expected == Decision.Begin)
        {
            _alive.Add((slot, peer, account));
        }
        else if (expected == Decision.Queue)
        {
            _waiting.Add((slot, peer, account, isOffer, _now));
        }
    }

    private void End(int index)
    {
        var (_, peer, account) = _alive[index];
        _alive.RemoveAt(index);
        Begin(_admission.Release(peer, account));
    }

    private void Begin(IReadOnlyList<long> slots)
    {
        foreach (var slot in slots)
        {
            var begins = _waiting.Single(waiter => waiter.Slot == slot);
            Assert.Equal(_waiting.First(waiter => waiter.Peer == begins.Peer && waiter.Account == begins.Account), begins); // the order of its peer and account
            _waiting.Remove(begins);
            Assert.False(IsFull(begins.Account));
            _alive.Add((slot, begins.Peer, begins.Account));
            Assert.True(_alive.Count <= _limits.MaxActive);
            Assert.True(ActiveWith(begins.Peer) <= _limits.MaxPerPeer);
        }
    }

    private DateTimeOffset Deadline(bool isOffer, DateTimeOffset since) => since + (isOffer ? _limits.OfferQueueTimeout : _limits.SendQueueTimeout);

    private void CheckState()
    {
        Assert.Equal((_alive.Count, _waiting.Count), (_admission.Active, _admission.Queued));
        Assert.DoesNotContain(_waiting, waiter => _alive.Count < _limits.MaxActive && ActiveWith(waiter.Peer) < _limits.MaxPerPeer
            && !IsFull(waiter.Account));
        Assert.Equal(_waiting.Count == 0 ? null : _waiting.Min(waiter => Deadline(waiter.IsOffer, waiter.Since)), _admission.NextDeadline);
    }

    private bool IsFull(string account) => _limits.MaxPerAccount > 0 && _alive.Count(one => one.Account == account) >= _limits.MaxPerAccount;

    private int ActiveWith(Jid peer) => _alive.Count(one => one.Peer == peer);
}
