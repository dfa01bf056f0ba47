using Akka.Actor;
using Akka.Cluster;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>Which other nodes there are for the accounts of this one. Thread-safe.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class OtherNodes(Akka.Cluster.Cluster cluster, TimeProvider clock)
{
    /// <summary>By then accounts of a lost node have been started on other nodes.</summary>
    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<UniqueAddress> _leaving = [];
    private long? _lost;

    /// <summary>A node can take over what this one leaves.</summary>
    public bool CanTakeOver
    {
        get
        {
            lock (_lock)
            {
                return !cluster.IsTerminated && Members.Any(member => member.Status == MemberStatus.Up && !_leaving.Contains(member.UniqueAddress));
            }
        }
    }

    /// <summary>A node may hand over to this one what is started here now: there are others, and none was lost lately.</summary>
    public bool MayHandOver
    {
        get
        {
            lock (_lock)
            {
                return Members.Any() && (_lost is not { } lost || clock.GetElapsedTime(lost) > s_recent);
            }
        }
    }

    private IEnumerable<Member> Members => cluster.State.Members.Where(member => member.UniqueAddress != cluster.SelfUniqueAddress);

    /// <summary>The node at this address is leaving. A process that is started there later is another node.</summary>
    public void Leaves(Address address)
    {
        lock (_lock)
        {
            _leaving.IntersectWith(Members.Select(member => member.UniqueAddress));
            _leaving.UnionWith(Members.Where(member => member.Address == address).Select(member => member.UniqueAddress));
        }
    }

    /// <summary>A node was removed that has not left by itself.</summary>
    public void Lost()
    {
        lock (_lock)
        {
            _lost = clock.GetTimestamp();
        }
    }
}
