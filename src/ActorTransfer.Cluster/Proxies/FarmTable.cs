using System.Collections.Immutable;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>The nodes of a farm by their id, as they have reported, and which of them are announced to a client. Not thread-safe.</summary>
/// <param name="address">JID of all.</param>
internal sealed class FarmTable(Jid address)
{
    /// <summary>A client that cannot reach the first node may reach the second; each further one would cost some clients seconds.</summary>
    private const int Announced = 2;

    private readonly Dictionary<int, FarmNode> _nodes = [];

    /// <summary>Ids of all nodes.</summary>
    public IEnumerable<int> Ids => _nodes.Keys;

    public void Report(int id, FarmMessage.State state) => _nodes[id] = new FarmNode(state, JidOf(state));

    public void Remove(int id) => _nodes.Remove(id);

    /// <summary>The node whose own JID this is; null = none.</summary>
    public int? Find(Jid? jid) =>
        jid is { IsFull: true } && _nodes.Where(node => node.Value.Jid == jid).Select(node => (int?)node.Key).FirstOrDefault() is { } id
        ? id
        : null;

    /// <summary>The streamhosts for a client, of the least loaded nodes that accept pairs; empty = none, see <paramref name="refusal"/>.</summary>
    public ImmutableArray<StreamHost> Announce(out ProxyRefusal refusal)
    {
        var open = _nodes.Values.Where(node => node.IsOpen).OrderBy(node => node.Load).Take(Announced).ToArray();
        refusal = open.Length > 0 ? ProxyRefusal.None
            : _nodes.Values.Any(node => node.State.IsFull) ? ProxyRefusal.Overload
            : _nodes.Values.Any(node => !node.State.IsDraining) ? ProxyRefusal.NotListening
            : ProxyRefusal.Draining;
        if (open.Length > 0)
        {
            open[0].Assigned++;
        }

        return [.. open.SelectMany(node => node.State.Hosts.Select(host => new StreamHost(node.Jid!, host.Host, host.Port)))];
    }

    /// <summary>A node's own JID has its first address, so that it stays valid when the node or the hub restarts: clients keep streamhosts.</summary>
    private Jid? JidOf(FarmMessage.State state) => state.Hosts is [var first, ..]
        ? address.WithResource(FormattableString.Invariant($"{first.Host}-{first.Port}").Replace(':', '.'))
        : null;

    private sealed class FarmNode(FarmMessage.State state, Jid? jid)
    {
        public FarmMessage.State State => state;

        public Jid? Jid => jid;

        /// <summary>It accepts pairs, and clients can reach it.</summary>
        public bool IsOpen => jid is not null && state is { IsFull: false, IsDraining: false };

        /// <summary>How often it was announced first since its last report.</summary>
        public int Assigned { get; set; }

        public int Load => state.Waiting + state.Active + Assigned;
    }
}
