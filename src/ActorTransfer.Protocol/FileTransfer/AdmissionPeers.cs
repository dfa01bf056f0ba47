namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The peers with active or queued transfers. Those with a queued transfer that only the overall limit holds back form a round robin.
/// </summary>
/// <param name="maxPerPeer">Active transfers with one peer.</param>
internal sealed class AdmissionPeers(int maxPerPeer)
{
    private int _maxPerPeer = maxPerPeer;
    private readonly Dictionary<Jid, AdmissionPeer> _peers = [];
    private readonly LinkedList<AdmissionPeer> _ready = [];

    /// <summary>A peer has a transfer that may start as soon as the overall limit permits.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>The peer; added when it is new.</summary>
    public AdmissionPeer GetOrAdd(Jid jid)
    {
        if (!_peers.TryGetValue(jid, out var peer))
        {
            _peers.Add(jid, peer = new AdmissionPeer(jid));
        }

        return peer;
    }

    /// <summary>A peer with active transfers.</summary>
    public AdmissionPeer Get(Jid jid) => _peers[jid];

    /// <summary>Removes the first peer from the round robin; <see cref="Update"/> appends it again.</summary>
    public AdmissionPeer TakeReady()
    {
        var peer = _ready.First!.Value;
        _ready.RemoveFirst();
        return peer;
    }

    /// <summary>Replaces the limit.</summary>
    public void Change(int maxPerPeer)
    {
        _maxPerPeer = maxPerPeer;
        foreach (var peer in _peers.Values)
        {
            Update(peer);
        }
    }

    /// <summary>Call after the transfers of a peer have changed.</summary>
    public void Update(AdmissionPeer peer)
    {
        var isReady = peer.Queued.Count > 0 && peer.Active < _maxPerPeer;
        if (isReady && peer.InReady.List is null)
        {
            _ready.AddLast(peer.InReady);
        }
        else if (!isReady && peer.InReady.List is not null)
        {
            _ready.Remove(peer.InReady);
        }

        if (peer.Active == 0 && peer.Queued.Count == 0)
        {
            _peers.Remove(peer.Jid);
        }
    }
}

/// <summary>A peer with active or queued transfers.</summary>
internal sealed class AdmissionPeer
{
    public AdmissionPeer(Jid jid)
    {
        Jid = jid;
        InReady = new LinkedListNode<AdmissionPeer>(this);
    }

    /// <summary>A bare JID.</summary>
    public Jid Jid { get; }

    /// <summary>Number of active transfers.</summary>
    public int Active { get; set; }

    /// <summary>The queued transfers in the order of their arrival.</summary>
    public LinkedList<QueuedTransfer> Queued { get; } = [];

    internal LinkedListNode<AdmissionPeer> InReady { get; }
}
