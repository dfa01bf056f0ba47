using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>
/// The stanzas of transfers by session, since an offer arrives before its transfer has an id; responses belong to the session of their request. Stanzas
/// without a session are ignored. Bounded: the oldest conversation makes room for a new one. Confined to the <see cref="MonitorActor"/>.
/// </summary>
/// <param name="settings">The limits.</param>
internal sealed class Conversations(MonitorSettings settings)
{
    /// <summary>Requests of a session without a response yet: few, since each peer waits for one before its next request.</summary>
    private readonly int _maxRequests = 4 * settings.MaxConversations;

    private readonly Dictionary<StanzaSession, Conversation> _sessions = [];
    private readonly Queue<StanzaSession> _order = [];
    private readonly Dictionary<(string Id, Jid? From, Jid? To), StanzaSession> _requests = [];
    private readonly Queue<(string Id, Jid? From, Jid? To)> _requestOrder = [];

    public Conversation? Find(StanzaSession session) => _sessions.GetValueOrDefault(session);

    /// <summary>The conversation of a session, a new one if there is none.</summary>
    public Conversation Open(StanzaSession session)
    {
        if (_sessions.TryGetValue(session, out var known))
        {
            return known;
        }

        if (_sessions.Count >= settings.MaxConversations && _order.TryDequeue(out var oldest))
        {
            _sessions.Remove(oldest);
        }

        _order.Enqueue(session);
        return _sessions[session] = new Conversation(settings.MaxLines);
    }

    /// <summary>Adds a stanza that was sent or received; null if it belongs to no session, or was traced by another connection of this engine before.</summary>
    public StanzaSession? Add(DateTimeOffset at, Iq stanza)
    {
        if (SessionOf(stanza) is not { } session)
        {
            return null;
        }

        Open(session).Add(new TraceEvent.Stanza(at, stanza.From, stanza.To, StanzaSummary.Of(stanza)));
        return session;
    }

    private StanzaSession? SessionOf(Iq stanza)
    {
        if (!stanza.IsRequest)
        {
            return _requests.Remove((stanza.Id, stanza.To, stanza.From), out var asked) ? asked : null;
        }

        var key = (stanza.Id, stanza.From, stanza.To);
        if (StanzaSession.Of(stanza) is not { } session || !_requests.TryAdd(key, session))
        {
            return null;
        }

        _requestOrder.Enqueue(key);
        if (_requestOrder.Count > _maxRequests)
        {
            _requests.Remove(_requestOrder.Dequeue());
        }

        return session;
    }
}
