using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <content>
/// The hub moves to another node, as when its node leaves: for the connection of this node the link remains open. Stanzas to write wait for the next hub; those
/// that arrive come from the previous one until the next one has the connection to the server.
/// </content>
internal partial class RemoteLinkActor
{
    /// <summary>Requests of peers are not answered meanwhile; they wait for longer than this.</summary>
    private static readonly TimeSpan s_moveTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Bounded by the connection's window.</summary>
    private readonly Queue<IClusterMessage> _held = [];
    private readonly WriteOrder _order = new();
    private IActorRef _previous = ActorRefs.Nobody;
    private bool _isMoving;

    private bool IsHub(IActorRef sender) => sender.Equals(_hub) || sender.Equals(_previous);

    private void Move()
    {
        _previous = _hub;
        _previous.Tell(new LinkMessage.Held());
        _hub = ActorRefs.Nobody;
        if (_isOpen)
        {
            _isMoving = true;
            Timers.StartSingleTimer(MoveTimedOut.Instance, MoveTimedOut.Instance, s_moveTimeout);
        }

        Register();
    }

    /// <summary>The next hub is up. What the previous one had not written is lost; its requests time out.</summary>
    private void Moved()
    {
        if (_isMoving)
        {
            _isMoving = false;
            Timers.Cancel(MoveTimedOut.Instance);
            Written(_order.Pending - _held.OfType<LinkMessage.Write>().Count());
            while (_held.TryDequeue(out var message))
            {
                _hub.Tell(message);
            }
        }
    }

    private void Send(IClusterMessage message)
    {
        if (_isMoving)
        {
            _held.Enqueue(message);
        }
        else
        {
            _hub.Tell(message);
        }
    }

    private void YieldTo(LinkFault fault)
    {
        if (fault == LinkFault.Conflict)
        {
            _previous.Tell(new LinkMessage.Yield());
        }
    }

    private sealed record MoveTimedOut
    {
        public static MoveTimedOut Instance { get; } = new();
    }
}
