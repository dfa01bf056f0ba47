using System.Runtime.InteropServices;
using ActorTransfer.Actors.Settings;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// What peers have used of the quotas of received bytes: what arrived in the current period, and what is reserved for accepted files until they end. Has no
/// clock: the time is a parameter. Confined to the transfers actor.
/// </summary>
/// <param name="limits">The quotas.</param>
/// <param name="now">The first period begins.</param>
/// <param name="mostPeers">
/// Of more peers, half of them without a reservation are dropped, those with the least usage. A user with so many addresses has as many quotas anyway; the
/// total counts them all.
/// </param>
internal sealed class FileQuotas(FileLimits limits, DateTimeOffset now, int mostPeers = 65_536)
{
    /// <summary>For peers and outcomes.</summary>
    public const string UsedUp = "The quota for received files is used up.";

    private readonly Dictionary<Jid, Usage> _peers = [];
    private readonly Dictionary<TransferId, (Jid Peer, long Bytes)> _reserved = [];
    private Usage _total;
    private FileLimits _limits = limits;
    private DateTimeOffset _since = now;

    /// <summary>Whether there is a quota; without one, nothing is counted.</summary>
    public bool IsOn => _limits.AnyQuota;

    /// <summary>Peers whose usage is kept.</summary>
    public int Peers => _peers.Count;

    /// <summary>Replaces the quotas; usage and reservations remain.</summary>
    public void Change(FileLimits limits) => _limits = limits;

    /// <summary>Bytes that are left for a peer (bare JID).</summary>
    public long LeftFor(Jid peer, DateTimeOffset now)
    {
        if (now - _since >= _limits.QuotaPeriod)
        {
            Restart(now);
        }

        return Math.Max(0, Math.Min(Left(_limits.QuotaPerPeer, _peers.GetValueOrDefault(peer)), Left(_limits.QuotaTotal, _total)));
    }

    /// <summary>Reserves the bytes of a file that is accepted.</summary>
    public void Reserve(TransferId id, Jid peer, long bytes)
    {
        _reserved.Add(id, (peer, bytes));
        Add(peer, new Usage(0, bytes));
    }

    /// <summary>A transfer has ended: what has arrived counts instead of what was reserved.</summary>
    /// <param name="id">Of the transfer.</param>
    /// <param name="bytes">What has arrived; null = unknown, all that was reserved.</param>
    public void Settle(TransferId id, long? bytes)
    {
        if (_reserved.Remove(id, out var reserved))
        {
            Add(reserved.Peer, new Usage(Math.Min(bytes ?? reserved.Bytes, reserved.Bytes), -reserved.Bytes));
        }
    }

    /// <summary>A new period: what is reserved remains.</summary>
    private void Restart(DateTimeOffset now)
    {
        _since = now;
        _peers.Clear();
        _total = default;
        foreach (var (peer, bytes) in _reserved.Values)
        {
            Add(peer, new Usage(0, bytes));
        }
    }

    private void Add(Jid peer, Usage change)
    {
        _total += change;
        var usage = _peers.GetValueOrDefault(peer) + change;
        if (usage == default)
        {
            _peers.Remove(peer);
            return;
        }

        _peers[peer] = usage;
        if (_peers.Count > mostPeers)
        {
            DropSmallest();
        }
    }

    private void DropSmallest()
    {
        var smallest = _peers.Where(entry => entry.Value.Reserved == 0).OrderBy(entry => entry.Value.Used).Take(mostPeers / 2);
        foreach (var (peer, _) in smallest.ToList())
        {
            _peers.Remove(peer);
        }
    }

    private static long Left(long quota, Usage usage) => quota > 0 ? quota - usage.Used - usage.Reserved : long.MaxValue;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Usage(long Used, long Reserved)
    {
        public static Usage operator +(Usage one, Usage other) => new(one.Used + other.Used, one.Reserved + other.Reserved);
    }
}
