using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Nodes;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>
/// The singleton of a shared connection: has the hub, which is an actor of its own because it remains for a moment after another node has the role. If this
/// actor is stopped without <see cref="Leave"/>, its node was taken for dead, and the hub closes its connection at once.
/// </summary>
internal sealed class HubRole : ReceiveActor
{
    private readonly string _name;
    private readonly NodeFacts _facts;
    private readonly IActorRef _hub;
    private bool _isLeaving;

    /// <summary>Use <see cref="Props(string, Func{IActorRef}, RetiringHub, NodeFacts)"/>.</summary>
    public HubRole(string name, Func<IActorRef> start, RetiringHub retiring, NodeFacts facts)
    {
        (_name, _facts) = (name, facts);
        _hub = retiring.Hub = Context.Watch(start());
        Receive<Leave>(_ =>
        {
            _isLeaving = true;
            _hub.Tell(new LinkHub.Retire());
        });
        Receive<LinkHub.Retired>(_ => Context.Stop(Self));
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<IClusterMessage>(_hub.Forward);
    }

    /// <param name="name">Name of the shared connection.</param>
    /// <param name="start">Starts the hub, which must not be a child of this actor.</param>
    /// <param name="retiring">Gets the hub.</param>
    /// <param name="facts">What this node has.</param>
    public static Props Props(string name, Func<IActorRef> start, RetiringHub retiring, NodeFacts facts) =>
        Akka.Actor.Props.Create(() => new HubRole(name, start, retiring, facts));

    /// <inheritdoc/>
    protected override void PreStart() => _facts.Hold(_name);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _facts.Release(_name);
        if (!_isLeaving)
        {
            Context.Stop(_hub);
        }
    }

    /// <summary>Another node takes over; this actor stops when it may.</summary>
    internal sealed record Leave
    {
        public static Leave Instance { get; } = new();
    }
}
