using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>The nodes of a hub, and which of them gets an offer. Not thread-safe.</summary>
internal sealed class NodeTable
{
    private readonly Dictionary<int, HubNode> _byId = [];
    private readonly Dictionary<IActorRef, HubNode> _byLink = [];
    private long _assigned;

    public IReadOnlyCollection<HubNode> All => _byId.Values;

    /// <summary>Nodes that have reported their sessions and their load.</summary>
    public int Ready => _byId.Values.Count(node => node.Load is not null);

    public HubNode? Find(int id) => _byId.GetValueOrDefault(id);

    public HubNode? Find(IActorRef link) => _byLink.GetValueOrDefault(link);

    /// <summary>Adds a node, or replaces its link.</summary>
    public HubNode Add(int id, IActorRef link)
    {
        if (_byId.TryGetValue(id, out var known))
        {
            Remove(known);
        }

        return _byId[id] = _byLink[link] = new HubNode(id, link);
    }

    public void Remove(HubNode node)
    {
        _byId.Remove(node.Id);
        _byLink.Remove(node.Link);
    }

    /// <summary>
    /// The node for an offer: the one with the fewest transfers of those that have room and a reader, among equals in turn. If none has, the least loaded of
    /// the others, which refuses or queues the offer as a single node does. Null: there is no node, or the only one is excluded.
    /// </summary>
    /// <param name="except">A node that has refused it.</param>
    public HubNode? Choose(HubNode? except = null) =>
        _byId.Values.Where(node => node.Load is not null && node != except).MinBy(node => (RankOf(node), node.Active, node.LastAssigned));

    /// <summary>Counts an offer for a node, until the node has reported.</summary>
    public void Assign(HubNode node) => node.Assign(++_assigned);

    private static int RankOf(HubNode node) => node.Load switch
    {
        { IsDraining: true } => 3,
        { HasReader: false } => 2,
        { Room: var room } when room <= node.Assigned => 1,
        _ => 0,
    };
}
