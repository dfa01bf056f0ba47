using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Outgoing stanzas of a connection: a window of stanzas handed to the link and not written yet, and a bounded queue behind it. Without a link
/// the queue only fills.
/// </summary>
/// <param name="window">Stanzas that the link may hold unwritten.</param>
/// <param name="capacity">Stanzas that may be queued.</param>
/// <param name="metrics">Counts the queued ones.</param>
internal sealed class StanzaQueue(int window, int capacity, ConnectionMetrics metrics)
{
    private readonly Queue<Outgoing> _unwritten = [];
    private readonly Queue<Outgoing> _waiting = [];
    private IActorRef _link = ActorRefs.Nobody;
    private int _count;

    /// <summary>Everything is written.</summary>
    public bool IsEmpty => _waiting.Count == 0 && _unwritten.Count == 0;

    public bool IsFull => _waiting.Count >= capacity;

    /// <summary>Responses have as much room again behind a full queue: every request needs one (RFC 6120 §8.2.3).</summary>
    public bool HasNoRoomForAnswers => _waiting.Count >= 2L * capacity;

    /// <summary>Stanzas go to this link from now on.</summary>
    public void Open(IActorRef link)
    {
        _link = link;
        _unwritten.Clear();
        _count = 0;
        Pump();
    }

    /// <param name="stanza">The stanza.</param>
    /// <param name="written">Called when the link has taken it; null = nothing.</param>
    public void Add(Iq stanza, Action? written = null) => Add(new Outgoing(new StanzaLink.Write(stanza), written));

    /// <param name="message">A message stanza.</param>
    /// <param name="written">Called when the link has taken it.</param>
    public void Add(XmlElement message, Action written) => Add(new Outgoing(new StanzaLink.WriteMessage(message), written));

    /// <summary>The link has written one.</summary>
    public void Written()
    {
        if (_unwritten.TryDequeue(out var first))
        {
            first.Written?.Invoke();
        }

        Pump();
    }

    /// <summary>The link is closed, its session is not: stanzas that it did not take are sent first by the next link.</summary>
    /// <param name="taken">How many stanzas the link took.</param>
    public void Suspend(int taken)
    {
        Outgoing[] untaken = [.. _unwritten.Skip(_unwritten.Count - Math.Min(_unwritten.Count, _count - taken)), .. _waiting];
        Clear();
        foreach (var stanza in untaken)
        {
            Enqueue(stanza);
        }
    }

    private void Add(Outgoing stanza)
    {
        Enqueue(stanza);
        Pump();
    }

    private void Enqueue(Outgoing stanza)
    {
        _waiting.Enqueue(stanza);
        metrics.StanzasQueued(1);
    }

    /// <summary>The link and its session have ended.</summary>
    public void Clear()
    {
        _link = ActorRefs.Nobody;
        _unwritten.Clear();
        metrics.StanzasQueued(-_waiting.Count);
        _waiting.Clear();
        _count = 0;
    }

    private void Pump()
    {
        while (!_link.IsNobody() && _unwritten.Count < window && _waiting.TryDequeue(out var next))
        {
            metrics.StanzasQueued(-1);
            _unwritten.Enqueue(next);
            _count++;
            _link.Tell(next.Write);
        }
    }

    private readonly record struct Outgoing(object Write, Action? Written);
}
