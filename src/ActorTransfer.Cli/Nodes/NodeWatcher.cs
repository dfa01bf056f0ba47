using Akka.Actor;
using Akka.Cluster;

namespace ActorTransfer.Cli.Nodes;

/// <summary>Counts the members of the cluster.</summary>
internal sealed class NodeWatcher : ReceiveActor
{
    private readonly Action<int, int> _changed;
    private readonly HashSet<UniqueAddress> _up = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];
    private (int Up, int Unreachable) _reported;

    /// <param name="changed">Gets the numbers of members, and of those that cannot be reached.</param>
    public NodeWatcher(Action<int, int> changed)
    {
        _changed = changed;
        Receive<ClusterEvent.MemberUp>(up => _up.Add(up.Member.UniqueAddress));
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            _up.Remove(removed.Member.UniqueAddress);
            _unreachable.Remove(removed.Member.UniqueAddress);
        });
        Receive<ClusterEvent.UnreachableMember>(member => _unreachable.Add(member.Member.UniqueAddress));
        Receive<ClusterEvent.ReachableMember>(member => _unreachable.Remove(member.Member.UniqueAddress));
        ReceiveAny(_ => { });
    }

    /// <inheritdoc/>
    protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        var handled = base.AroundReceive(receive, message);
        var now = (_up.Count, _unreachable.Count);
        if (now != _reported)
        {
            _reported = now;
            _changed(now.Item1, now.Item2);
        }

        return handled;
    }
}
