namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The queued sends, or the queued offers, in the order of their timeouts.</summary>
/// <param name="capacity">How many may be queued.</param>
/// <param name="timeout">How long one may be queued.</param>
internal sealed class AdmissionQueue(int capacity, TimeSpan timeout)
{
    private readonly LinkedList<QueuedTransfer> _transfers = [];
    private int _capacity = capacity;
    private TimeSpan _timeout = timeout;

    /// <summary>No more transfers may be queued.</summary>
    public bool IsFull => _transfers.Count >= _capacity;

    /// <summary>When the next queue timeout expires; null when none is queued.</summary>
    public DateTimeOffset? NextDeadline => _transfers.First?.Value.Since + _timeout;

    /// <summary>Replaces the limits, also for queued transfers; those above a lower capacity stay queued.</summary>
    public void Change(int capacity, TimeSpan timeout) => (_capacity, _timeout) = (capacity, timeout);

    /// <summary>Appends a transfer, also to the queue of its peer and account.</summary>
    public QueuedTransfer Add(long slot, AdmissionGroup group, DateTimeOffset now)
    {
        QueuedTransfer transfer = new(slot, group, now);
        _transfers.AddLast(transfer.InQueue);
        group.Queued.AddLast(transfer.AtGroup);
        return transfer;
    }

    /// <summary>The transfer whose queue timeout expired first; null = none has.</summary>
    public QueuedTransfer? Expired(DateTimeOffset now) => _transfers.First is { Value: var first } && first.Since + _timeout <= now ? first : null;
}

/// <summary>A queued transfer.</summary>
internal sealed class QueuedTransfer
{
    public QueuedTransfer(long slot, AdmissionGroup group, DateTimeOffset since)
    {
        (Slot, Group, Since) = (slot, group, since);
        (InQueue, AtGroup) = (new LinkedListNode<QueuedTransfer>(this), new LinkedListNode<QueuedTransfer>(this));
    }

    public long Slot { get; }

    public AdmissionGroup Group { get; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset Since { get; }

    internal LinkedListNode<QueuedTransfer> InQueue { get; }

    internal LinkedListNode<QueuedTransfer> AtGroup { get; }

    /// <summary>Removes it from both queues.</summary>
    public void Remove()
    {
        InQueue.List!.Remove(InQueue);
        AtGroup.List!.Remove(AtGroup);
    }
}
