namespace ActorTransfer.Cluster.Links;

/// <summary>
/// Acknowledgements of what a node's connection writes, in its order: of stanzas that the hub takes, and of those that need no hub, which are acknowledged
/// after the ones before them. Not thread-safe.
/// </summary>
internal sealed class WriteOrder
{
    private readonly Queue<long> _local = [];
    private long _sent;
    private long _taken;

    /// <summary>Stanzas that the hub has not taken.</summary>
    public int Pending => (int)(_sent - _taken);

    /// <summary>A stanza is for the hub.</summary>
    public void Sent() => _sent++;

    /// <summary>A stanza needs no hub. Value: how many acknowledgements are due.</summary>
    public int Local()
    {
        _local.Enqueue(_sent);
        return Due();
    }

    /// <summary>The hub has taken so many more stanzas. Value: how many acknowledgements are due.</summary>
    public int Taken(int count)
    {
        _taken += count;
        return count + Due();
    }

    private int Due()
    {
        var due = 0;
        for (; _local.TryPeek(out var after) && after <= _taken; due++)
        {
            _local.Dequeue();
        }

        return due;
    }
}
