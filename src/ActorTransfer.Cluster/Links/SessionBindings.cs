using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Cluster.Links;

/// <summary>Which node has a session. Not thread-safe.</summary>
internal sealed class SessionBindings
{
    private readonly Dictionary<SessionKey, int> _nodes = [];
    private readonly Dictionary<int, HashSet<SessionKey>> _sessions = [];

    public int Count => _nodes.Count;

    /// <summary>The session is at this node from now on.</summary>
    public void Bind(SessionKey session, int node)
    {
        Unbind(session);
        _nodes[session] = node;
        if (!_sessions.TryGetValue(node, out var its))
        {
            _sessions[node] = its = [];
        }

        its.Add(session);
    }

    /// <summary>The node of the session of a peer's request; null = none. If both sides use one id, the receiving end takes precedence.</summary>
    public int? Find(SessionKey session) =>
        _nodes.TryGetValue(session, out var node) || _nodes.TryGetValue(session with { Outgoing = !session.Outgoing }, out node) ? node : null;

    /// <summary>The session has ended at this node; elsewhere it may have begun again.</summary>
    public void Unbind(SessionKey session, int node)
    {
        if (_nodes.TryGetValue(session, out var current) && current == node)
        {
            Unbind(session);
        }
    }

    /// <summary>The node has stopped.</summary>
    public void Remove(int node)
    {
        if (_sessions.Remove(node, out var its))
        {
            foreach (var session in its)
            {
                _nodes.Remove(session);
            }
        }
    }

    private void Unbind(SessionKey session)
    {
        if (_nodes.Remove(session, out var node) && _sessions[node] is var its && its.Remove(session) && its.Count == 0)
        {
            _sessions.Remove(node);
        }
    }
}
