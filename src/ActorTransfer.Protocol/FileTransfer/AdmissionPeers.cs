using System.Runtime.InteropServices;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The peers and accounts with active or queued transfers. Accounts with a queued transfer that only the overall limit holds back form a round robin, and so
/// do the peers of each account.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class AdmissionPeers(AdmissionLimits limits)
{
    private AdmissionLimits _limits = limits;
    private readonly Dictionary<Jid, AdmissionPeer> _peers = [];
    private readonly Dictionary<string, AdmissionAccount> _accounts = [];
    private readonly LinkedList<AdmissionAccount> _ready = [];

    /// <summary>There is a transfer that may start as soon as the overall limit permits.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>The limit that an active transfer more would exceed.</summary>
    public AdmissionLimit LimitOf(AdmissionPair pair) =>
        pair.Peer.Active >= _limits.MaxPerPeer ? AdmissionLimit.Peer
        : IsFull(pair.Account) ? AdmissionLimit.Account
        : AdmissionLimit.None;

    /// <summary>The peer and the account of a transfer; added if they are new.</summary>
    public AdmissionPair GetOrAdd(Jid jid, string name)
    {
        var peer = CollectionsMarshal.GetValueRefOrAddDefault(_peers, jid, out _) ??= new AdmissionPeer(jid);
        var account = CollectionsMarshal.GetValueRefOrAddDefault(_accounts, name, out _) ??= new AdmissionAccount(name);
        return new AdmissionPair(peer, account);
    }

    /// <summary>The queue of a peer's transfers with an account; added if it is new.</summary>
    public static AdmissionGroup GroupOf(AdmissionPair pair)
    {
        if (pair.Peer.Groups.Find(group => group.Account == pair.Account) is not { } group)
        {
            pair.Peer.Groups.Add(group = new AdmissionGroup(pair.Peer, pair.Account));
        }

        return group;
    }

    /// <summary>Removes the first queue from the round robin; <see cref="Update(AdmissionPair)"/> appends it and its account again.</summary>
    public AdmissionGroup TakeReady()
    {
        var account = _ready.First!.Value;
        _ready.RemoveFirst();
        var group = account.Ready.First!.Value;
        account.Ready.RemoveFirst();
        return group;
    }

    /// <summary>Replaces the limits.</summary>
    public void Change(AdmissionLimits limits)
    {
        _limits = limits;
        foreach (var peer in _peers.Values)
        {
            Update(peer);
        }

        foreach (var account in _accounts.Values)
        {
            Update(account);
        }
    }

    /// <summary>Call after the transfers of a peer with an account have changed.</summary>
    public void Update(AdmissionPair pair)
    {
        Update(pair.Peer);
        Update(pair.Account);
    }

    private void Update(AdmissionPeer peer)
    {
        for (var at = peer.Groups.Count - 1; at >= 0; at--)
        {
            var group = peer.Groups[at];
            Place(group.InReady, group.Account.Ready, group.Queued.Count > 0 && peer.Active < _limits.MaxPerPeer);
            if (group.Queued.Count == 0)
            {
                peer.Groups.RemoveAt(at);
                group.Account.Groups--;
            }

            Update(group.Account);
        }

        if (peer.Active == 0 && peer.Groups.Count == 0)
        {
            _peers.Remove(peer.Jid);
        }
    }

    private void Update(AdmissionAccount account)
    {
        Place(account.InReady, _ready, account.Ready.Count > 0 && !IsFull(account));
        if (account is { Active: 0, Groups: 0 })
        {
            _accounts.Remove(account.Name);
        }
    }

    private bool IsFull(AdmissionAccount account) => _limits.MaxPerAccount > 0 && account.Active >= _limits.MaxPerAccount;

    private static void Place<T>(LinkedListNode<T> node, LinkedList<T> ring, bool isReady)
    {
        if (isReady && node.List is null)
        {
            ring.AddLast(node);
        }
        else if (!isReady && node.List is not null)
        {
            ring.Remove(node);
        }
    }
}

/// <summary>Peer and account of a transfer.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AdmissionPair(AdmissionPeer Peer, AdmissionAccount Account);

/// <summary>A peer with active or queued transfers.</summary>
/// <param name="jid">A bare JID.</param>
internal sealed class AdmissionPeer(Jid jid)
{
    public Jid Jid => jid;

    /// <summary>Number of active transfers.</summary>
    public int Active { get; set; }

    /// <summary>Its queued transfers, by account.</summary>
    public List<AdmissionGroup> Groups { get; } = [];
}

/// <summary>An account with active or queued transfers.</summary>
internal sealed class AdmissionAccount
{
    public AdmissionAccount(string name)
    {
        Name = name;
        InReady = new LinkedListNode<AdmissionAccount>(this);
    }

    public string Name { get; }

    /// <summary>Number of active transfers.</summary>
    public int Active { get; set; }

    /// <summary>Number of peers with queued transfers.</summary>
    public int Groups { get; set; }

    /// <summary>The peers with a queued transfer that their own limit does not hold back.</summary>
    public LinkedList<AdmissionGroup> Ready { get; } = [];

    internal LinkedListNode<AdmissionAccount> InReady { get; }
}

/// <summary>The queued transfers of a peer with an account, in the order of their arrival.</summary>
internal sealed class AdmissionGroup
{
    public AdmissionGroup(AdmissionPeer peer, AdmissionAccount account)
    {
        (Peer, Account) = (peer, account);
        account.Groups++;
        InReady = new LinkedListNode<AdmissionGroup>(this);
    }

    public AdmissionPeer Peer { get; }

    public AdmissionAccount Account { get; }

    public AdmissionPair Pair => new(Peer, Account);

    public LinkedList<QueuedTransfer> Queued { get; } = [];

    internal LinkedListNode<AdmissionGroup> InReady { get; }
}
