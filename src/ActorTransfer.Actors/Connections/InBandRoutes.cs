using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The in-band bytestreams of a connection and their actors, which get blocks and closes directly, and the Jingle sessions that run on other nodes. A
/// request to open goes to the handler of the namespace;
/// what its sender sends for the session before the response is held, so that it reaches the actor in order. If both sides use one session id, the
/// receiving end takes precedence.
/// </summary>
/// <param name="connection">Sender of what is delivered.</param>
internal sealed class InBandRoutes(IActorRef connection)
{
    /// <summary>Stanzas held for one session; peers that wait for the response send none.</summary>
    public const int MaxHeld = 64;

    private readonly Dictionary<SessionKey, IActorRef> _actors = [];
    private readonly Dictionary<IActorRef, SessionKey> _keys = [];
    private readonly Dictionary<SessionKey, Opening> _openings = [];

    /// <summary>Adds the actor of a session. It gets what was held for the session.</summary>
    public void Add(SessionKey session, IActorRef actor)
    {
        _actors[session] = actor;
        _keys[actor] = session;
        if (_openings.Remove(session, out var opening))
        {
            foreach (var held in opening.Held)
            {
                actor.Tell(held, connection);
            }
        }
    }

    /// <summary>Removes an actor that has stopped. Its session may have another one by now.</summary>
    public void Remove(IActorRef actor)
    {
        if (_keys.Remove(actor, out var session) && _actors.TryGetValue(session, out var current) && current.Equals(actor))
        {
            _actors.Remove(session);
        }
    }

    /// <summary>False: the request is for the handler of its namespace.</summary>
    public bool TryDeliver(Connection.Requested requested)
    {
        var request = requested.Request;
        if (request.Type == IqType.Set && request.Payload is { Namespace: Namespaces.Jingle } jingle)
        {
            return request is { From: { } peer, To: { } self } && JingleActions.Read(jingle["action"]) != JingleAction.SessionInitiate
                && TryDeliver(new SessionKey(self, peer, Outgoing: false, jingle["sid"] ?? "") { IsJingle = true }, requested);
        }

        if (request.Type != IqType.Set || SessionOf(request.From, request.To, request.Payload) is not { } session)
        {
            return false;
        }

        if (!IbbOpen.Is(request.Payload))
        {
            return TryDeliver(session, requested);
        }

        if (!_actors.ContainsKey(session))
        {
            _openings.TryAdd(session, new Opening(request));
        }

        return false;
    }

    /// <summary>False: the message belongs to no session.</summary>
    public bool TryDeliver(Connection.Messaged messaged) =>
        SessionOf(messaged.From, messaged.To, messaged.Payload) is { } session && TryDeliver(session, messaged);

    /// <summary>A response was sent. Returns the requests held behind the request to open that it refuses.</summary>
    public IEnumerable<Iq> Refuse(Iq response)
    {
        foreach (var (session, opening) in _openings)
        {
            if (opening.Request.Id == response.Id && opening.Request.From == response.To)
            {
                _openings.Remove(session);
                return opening.Held.OfType<Connection.Requested>().Select(held => held.Request);
            }
        }

        return [];
    }

    /// <summary>The link is lost: there will be no responses.</summary>
    public void DropHeld() => _openings.Clear();

    private static SessionKey? SessionOf(Jid? peer, Jid? self, XmlElement? payload) =>
        peer is not null && self is not null && payload is { Namespace: Namespaces.Ibb } && payload["sid"] is { Length: > 0 } id
            ? new SessionKey(self, peer, Outgoing: false, id)
            : null;

    private bool TryDeliver(SessionKey session, object message)
    {
        if (_openings.Count > 0 && _openings.TryGetValue(session, out var opening))
        {
            return opening.TryHold(message);
        }

        if (!_actors.TryGetValue(session, out var actor) && !_actors.TryGetValue(session with { Outgoing = true }, out actor))
        {
            return false;
        }

        actor.Tell(message, connection);
        return true;
    }

    /// <summary>A request to open without a response yet.</summary>
    private sealed class Opening(Iq request)
    {
        public Iq Request { get; } = request;

        public Queue<object> Held { get; } = [];

        public bool TryHold(object message)
        {
            var hasRoom = Held.Count < MaxHeld;
            if (hasRoom)
            {
                Held.Enqueue(message);
            }

            return hasRoom;
        }
    }
}
