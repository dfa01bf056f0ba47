using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Transfers that may not begin yet: those that a limit of active transfers holds back (see <see cref="Admission"/>), and those of this side whose
/// account has no connection, first in, first out; these count for no other limit. Has no clock: the time is a parameter. Confined to the transfers actor.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="metrics">Counts them.</param>
internal sealed class TransferQueue(TransferLimits limits, TransferMetrics metrics)
{
    private TransferLimits _limits = limits;
    private readonly Admission _admission = new(limits.Admission);
    private readonly Dictionary<long, Item> _items = [];
    private readonly LinkedList<Item> _offline = [];

    /// <summary>When the next queue timeout expires; null when none is queued.</summary>
    public DateTimeOffset? NextDeadline => (_admission.NextDeadline, _offline.First?.Value.OfflineSince + _limits.OfflineTimeout) switch
    {
        ({ } slot, { } offline) => slot < offline ? slot : offline,
        var (slot, offline) => slot ?? offline,
    };

    /// <summary>Requests the start of a transfer, which may queue it.</summary>
    /// <param name="entry">The transfer.</param>
    /// <param name="isOnline">Its account is connected.</param>
    /// <param name="now">The time.</param>
    public AdmissionDecision Request(TransferEntry entry, bool isOnline, DateTimeOffset now)
    {
        var decision = isOnline
            ? _admission.Request(entry.Id.Value, entry.Key.Peer.Bare, entry.Account, isOffer: entry.IsTarget, now)
            : new AdmissionDecision(_offline.Count < _limits.Admission.MaxQueuedSends ? Decision.Queue : Decision.Refuse, AdmissionLimit.Connection);
        if (decision.Decision == Decision.Queue)
        {
            var item = new Item(entry);
            _items.Add(entry.Id.Value, item);
            metrics.Queued(entry.Sends, 1);
            if (!isOnline)
            {
                AddOffline(item, now);
            }
        }

        return decision;
    }

    /// <summary>An active transfer has ended. Returns those that begin in its place.</summary>
    public IReadOnlyList<TransferEntry> Release(TransferEntry ended) => Take(_admission.Release(ended.Key.Peer.Bare, ended.Account));

    /// <summary>Replaces the limits, see <see cref="Admission.Change"/>. Returns the transfers that begin.</summary>
    public IReadOnlyList<TransferEntry> Change(TransferLimits limits)
    {
        _limits = limits;
        return Take(_admission.Change(limits.Admission));
    }

    /// <summary>Removes a transfer. False: it is not queued.</summary>
    public bool Remove(TransferEntry entry)
    {
        if (!_items.TryGetValue(entry.Id.Value, out var item))
        {
            return false;
        }

        if (item.Offline is { } node)
        {
            _offline.Remove(node);
        }
        else
        {
            _admission.Remove(entry.Id.Value);
        }

        Take(entry.Id.Value);
        return true;
    }

    /// <summary>Removes and returns the transfers that match, in their order.</summary>
    public IReadOnlyList<TransferEntry> RemoveWhere(Func<TransferEntry, bool> matches) =>
        Remove(_items.Values.Select(item => item.Entry).Where(matches).OrderBy(entry => entry.Id.Value));

    /// <summary>An account is connected. Removes and returns the transfers that waited for it.</summary>
    public IReadOnlyList<TransferEntry> RemoveOffline(string account) =>
        Remove(_offline.Select(item => item.Entry).Where(entry => entry.Account == account));

    /// <summary>
    /// The connection of an account is lost. Its queued transfers of this side could not use a slot: they wait for the connection instead. Returns those that
    /// begin to.
    /// </summary>
    public IReadOnlyList<TransferEntry> MoveOffline(string account, DateTimeOffset now)
    {
        Item[] moved =
        [
            .. _items.Values
                .Where(item => item is { Offline: null, Entry.IsTarget: false } && item.Entry.Account == account)
                .OrderBy(item => item.Entry.Id.Value),
        ];
        foreach (var item in moved)
        {
            _admission.Remove(item.Entry.Id.Value);
            AddOffline(item, now);
        }

        return [.. moved.Select(item => item.Entry)];
    }

    /// <summary>Removes and returns the transfers that waited too long for a slot.</summary>
    public IReadOnlyList<TransferEntry> ExpireQueued(DateTimeOffset now) => Take(_admission.Expire(now));

    /// <summary>Removes and returns the transfers that waited too long for the connection of their account.</summary>
    public IReadOnlyList<TransferEntry> ExpireOffline(DateTimeOffset now) =>
        Remove(_offline.TakeWhile(item => item.OfflineSince + _limits.OfflineTimeout <= now).Select(item => item.Entry));

    private TransferEntry[] Remove(IEnumerable<TransferEntry> entries)
    {
        TransferEntry[] removed = [.. entries];
        foreach (var entry in removed)
        {
            Remove(entry);
        }

        return removed;
    }

    /// <summary>All have the same timeout, so the first is the next to expire.</summary>
    private void AddOffline(Item item, DateTimeOffset now)
    {
        item.OfflineSince = now;
        item.Offline = _offline.AddLast(item);
    }

    /// <summary>Transfers that <see cref="Admission"/> has removed from its queues.</summary>
    private IReadOnlyList<TransferEntry> Take(IReadOnlyList<long> slots) =>
        slots.Count == 0 ? [] : [.. slots.Select(Take)];

    private TransferEntry Take(long slot)
    {
        _items.Remove(slot, out var item);
        var entry = item!.Entry;
        metrics.Queued(entry.Sends, -1);
        return entry;
    }

    private sealed class Item(TransferEntry entry)
    {
        public TransferEntry Entry { get; } = entry;

        /// <summary>Its place among those that wait for their account's connection; null = it waits for a slot.</summary>
        public LinkedListNode<Item>? Offline { get; set; }

        public DateTimeOffset OfflineSince { get; set; }
    }
}
