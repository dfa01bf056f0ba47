using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Hosting.Internal;
using Akka.Cluster;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>Implementation of <see cref="IClusterView"/>: members as Akka knows them, with the last reports of the nodes.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class ClusterView(Akka.Cluster.Cluster cluster) : IClusterView
{
    /// <summary>Other nodes are asked for so long after the last reading.</summary>
    private static readonly TimeSpan s_interest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<UniqueAddress, NodeMessage.Report> _reports = [];
    private MonitoredCluster _current = new([], []);
    private long? _read;

    public MonitoredCluster Current
    {
        get
        {
            lock (_lock)
            {
                _read = Stopwatch.GetTimestamp();
                return _current = Renew(_current);
            }
        }
    }

    public string? Absence =>
        cluster.IsTerminated ? "this node has left the cluster"
        : cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving ? null
        : $"this node is not a member of the cluster: {cluster.SelfMember.Status}";

    public string? Unreachable => cluster.State is { Unreachable: { Count: > 0 } unreachable } state
        ? $"{unreachable.Count} of {state.Members.Count} nodes cannot be reached: {string.Join(", ", unreachable.Select(member => member.Address))}"
        : null;

    /// <summary>It was read lately.</summary>
    public bool IsRead
    {
        get
        {
            lock (_lock)
            {
                return _read is { } read && Stopwatch.GetElapsedTime(read) < s_interest;
            }
        }
    }

    /// <summary>A node has reported.</summary>
    public void Report(UniqueAddress node, NodeMessage.Report report)
    {
        lock (_lock)
        {
            _reports[node] = report;
        }
    }

    /// <summary>Number of nodes in each state.</summary>
    public IEnumerable<KeyValuePair<NodeState, int>> Count() => Members().CountBy(member => member.State);

    private IEnumerable<(Member Member, NodeState State)> Members()
    {
        var state = cluster.State;
        return state.Members
            .Where(member => member.Status != MemberStatus.Removed)
            .OrderBy(member => member, Member.AgeOrdering)
            .Select(member => (member, state.Unreachable.Contains(member) ? NodeState.Unreachable : StateOf(member.Status)));
    }

    private static NodeState StateOf(MemberStatus status) => status switch
    {
        MemberStatus.Joining => NodeState.Joining,
        MemberStatus.Up or MemberStatus.WeaklyUp => NodeState.Up,
        MemberStatus.Down => NodeState.Unreachable,
        _ => NodeState.Leaving,
    };

    /// <summary>The same object if nothing has changed.</summary>
    private MonitoredCluster Renew(MonitoredCluster before)
    {
        var members = Members().ToList();
        foreach (var gone in _reports.Keys.Except(members.Select(member => member.Member.UniqueAddress)).ToList())
        {
            _reports.Remove(gone);
        }

        ImmutableArray<MonitoredNode> nodes = [.. members.Select(member => NodeOf(member.Member, member.State))];
        ImmutableArray<PlacedAccount> accounts =
        [
            .. _reports.SelectMany(report => report.Value.Places.Select(place => new PlacedAccount(place.Name, report.Key.Address.ToString(), place.IsMoving)))
                .OrderBy(account => account.Name, StringComparer.Ordinal),
        ];
        var isSame = nodes.Length == before.Nodes.Length
            && nodes.Zip(before.Nodes).All(pair => IsSame(pair.First, pair.Second))
            && accounts.SequenceEqual(before.Accounts);
        return isSame ? before : new MonitoredCluster(nodes, accounts);
    }

    private MonitoredNode NodeOf(Member member, NodeState state)
    {
        var report = _reports.GetValueOrDefault(member.UniqueAddress);
        return new MonitoredNode(member.Address.ToString(), state)
        {
            IsSelf = member.UniqueAddress == cluster.SelfUniqueAddress,
            Roles = [.. member.Roles.Order(StringComparer.Ordinal)],
            Connections = report?.Connections ?? [],
            Accounts = report?.Accounts ?? 0,
            Moving = report?.Moving ?? 0,
        };
    }

    private static bool IsSame(MonitoredNode one, MonitoredNode other) =>
        one == other with { Roles = one.Roles, Connections = one.Connections }
        && one.Roles.SequenceEqual(other.Roles) && one.Connections.SequenceEqual(other.Connections);
}
