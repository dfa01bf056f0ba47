using ActorTransfer.Actors;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;
using Akka.Cluster;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>Tells the other nodes what this one has, and asks them once a second while something reads the view. Top-level, one on each node.</summary>
internal sealed class NodeReportsActor : ReceiveActor, IWithTimers
{
    /// <summary>Its name, the same on all nodes.</summary>
    public const string Name = $"{Engine.Name}-nodes";

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly NodeFacts _facts;
    private readonly ClusterView _view;

    /// <summary>Use <see cref="Props(NodeFacts, ClusterView)"/>.</summary>
    public NodeReportsActor(NodeFacts facts, ClusterView view)
    {
        (_facts, _view) = (facts, view);
        Receive<Second>(_ => Collect());
        Receive<NodeMessage.GetReport>(_ => Sender.Tell(_facts.ToReport()));
        Receive<NodeMessage.Report>(report => Report(Sender.Path.Address, report));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="facts">What this node has.</param>
    /// <param name="view">Gets the reports.</param>
    public static Props Props(NodeFacts facts, ClusterView view) => Akka.Actor.Props.Create(() => new NodeReportsActor(facts, view));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Second.Instance, Second.Instance, s_interval, s_interval);

    private void Collect()
    {
        _facts.Suspension.Beat();
        if (!_view.IsRead)
        {
            return;
        }

        _view.Report(_cluster.SelfUniqueAddress, _facts.ToReport());
        foreach (var member in _cluster.State.Members.Where(member => member.UniqueAddress != _cluster.SelfUniqueAddress))
        {
            Context.ActorSelection(new RootActorPath(member.Address) / "user" / Name).Tell(new NodeMessage.GetReport());
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

    private sealed record Second
    {
        public static Second Instance { get; } = new();
    }
}
