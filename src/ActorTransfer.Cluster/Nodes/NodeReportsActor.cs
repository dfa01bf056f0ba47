using ActorTransfer.Actors;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;
using Akka.Cluster;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>
/// Tells the other nodes what this one has and that it leaves, and asks them what they have once a second while something reads the view. Top-level, one on
/// each node.
/// </summary>
internal sealed class NodeReportsActor : ReceiveActor, IWithTimers
{
    /// <summary>Its name, the same on all nodes.</summary>
    public const string Name = $"{Engine.Name}-nodes";

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly NodeFacts _facts;
    private readonly ClusterView _view;

    /// <summary>Use <see cref="Props(NodeFacts, ClusterView, OtherNodes)"/>.</summary>
    public NodeReportsActor(NodeFacts facts, ClusterView view, OtherNodes others)
    {
        (_facts, _view) = (facts, view);
        Receive<Leave>(_ => TellOthers(new NodeMessage.Leaving()));
        Receive<NodeMessage.Leaving>(_ => others.Leaves(Sender.Path.Address));
        Receive<ClusterEvent.MemberRemoved>(_ => others.Lost(), removed => removed.PreviousStatus == MemberStatus.Down);
        Receive<ClusterEvent.IClusterDomainEvent>(_ => { });
        Receive<Second>(_ => Collect());
        Receive<NodeMessage.GetReport>(_ => Sender.Tell(_facts.ToReport()));
        Receive<NodeMessage.Report>(report => Report(Sender.Path.Address, report));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="facts">What this node has.</param>
    /// <param name="view">Gets the reports.</param>
    /// <param name="others">Is told which nodes leave or are lost.</param>
    public static Props Props(NodeFacts facts, ClusterView view, OtherNodes others) => Akka.Actor.Props.Create(() => new NodeReportsActor(facts, view, others));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Second.Instance, Second.Instance, s_interval, s_interval);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Collect()
    {
        _facts.Suspension.Beat();
        if (!_view.IsRead)
        {
            return;
        }

        _view.Report(_cluster.SelfUniqueAddress, _facts.ToReport());
        TellOthers(new NodeMessage.GetReport());
    }

    private void TellOthers(object message)
    {
        foreach (var member in _cluster.State.Members.Where(member => member.UniqueAddress != _cluster.SelfUniqueAddress))
        {
            Context.ActorSelection(new RootActorPath(member.Address) / "user" / Name).Tell(message);
        }
    }

    /// <summary>A node whose process has restarted at the same address is another member.</summary>
    private void Report(Address address, NodeMessage.Report report)
    {
        if (_cluster.State.Members.FirstOrDefault(member => member.Address == address) is { } member)
        {
            _view.Report(member.UniqueAddress, report);
        }
    }

    /// <summary>This node leaves.</summary>
    internal sealed record Leave
    {
        public static Leave Instance { get; } = new();
    }

    private sealed record Second
    {
        public static Second Instance { get; } = new();
    }
}
