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

    /// <summary>Appends a transfer, also to the queue of its peer.</summary>
    public QueuedTransfer Add(long slot, AdmissionPeer peer, DateTimeOffset now)
    {
        QueuedTransfer transfer = new(slot, peer, now);
        _transfers.AddLast(transfer.InQueue);
        peer.Queued.AddLast(transfer.AtPeer);
        return transfer;
    }

    /// <summary>The transfer whose queue timeout expired first; null = none has.</summary>
    public QueuedTransfer? Expired(DateTimeOffset now) => _transfers.First is { Value: var first } && first.Since + _timeout <= now ? first : null;
}

/// <summary>A queued transfer.</summary>
internal sealed class QueuedTransfer
{
    public QueuedTransfer(long slot, AdmissionPeer peer, DateTimeOffset since)
    {
        (Slot, Peer, Since) = (slot, peer, since);
        (InQueue, AtPeer) = (new LinkedListNode<QueuedTransfer>(this), new LinkedListNode<QueuedTransfer>(this));
    }

    public long Slot { get; }

    public AdmissionPeer Peer { get; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset Since { get; }

    internal LinkedListNode<QueuedTransfer> InQueue { get; }

    internal LinkedListNode<QueuedTransfer> AtPeer { get; }

    /// <summary>Removes it from both queues.</summary>
    public void Remove()
    {
        InQueue.List!.Remove(InQueue);
        AtPeer.List!.Remove(AtPeer);
    }
}
