using System.Globalization;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Simulation.Xmpp;

/// <summary>A client with its pending requests: each gets exactly one answer. Counts the responses that it sends to each request.</summary>
internal abstract class XmppPeer
{
    private readonly Dictionary<string, (Jid To, Action<Answer> Done, SimulatedTimer Timer)> _pending = [];
    private readonly Dictionary<(string Id, Jid From), (int Requests, int Responses)> _handled = [];
    private readonly ClientLink _link;
    private readonly string _prefix;
    private int _ids;

    protected XmppPeer(World world, Jid self)
    {
        (World, Self) = (world, self);
        _prefix = World.Name(self)[..1];
        _link = new ClientLink(world, self, Receive, SessionLost);
    }

    public Jid Self { get; }

    /// <summary>Requests without an answer.</summary>
    public int PendingRequests => _pending.Count;

    protected World World { get; }

    /// <summary>Sends an iq set.</summary>
    public void Ask(Jid to, XmlElement payload, TimeSpan deadline, Action<Answer> done)
    {
        var id = _prefix + (++_ids).ToString(CultureInfo.InvariantCulture);
        var timer = World.Clock.After(deadline, () => Answered(id, new Answer.None(NoAnswer.Timeout)));
        _pending[id] = (to, done, timer);
        _link.Send(Iq.Set(id, to, payload, Self));
    }

    /// <summary>Sends an iq set whose response is ignored.</summary>
    public void Tell(Jid to, XmlElement payload) => _link.Send(Iq.Set(_prefix + (++_ids).ToString(CultureInfo.InvariantCulture), to, payload, Self));

    public void Reply(Iq response)
    {
        var key = (response.Id, response.To!);
        var (requests, responses) = _handled.GetValueOrDefault(key);
        _handled[key] = (requests, responses + 1);
        _link.Send(response);
    }

    /// <summary>Each request has one response, unless the session that it came over is lost.</summary>
    public IEnumerable<string> WrongResponses() => _handled
        .Where(request => request.Value.Requests != request.Value.Responses && !World.HasFaulted && World.Plan.Duplicate == 0)
        .Select(request => $"{Self} sent {request.Value.Responses} responses to {request.Value.Requests} requests {request.Key.Id} of {request.Key.From}");

    protected abstract void Requested(Iq request);

    protected virtual void LinkLost()
    {
    }

    private void Receive(Iq iq)
    {
        if (iq.IsRequest)
        {
            var key = (iq.Id, iq.From!);
            var (requests, responses) = _handled.GetValueOrDefault(key);
            _handled[key] = (requests + 1, responses);
            Requested(iq);
        }
        else if (_pending.TryGetValue(iq.Id, out var pending) && pending.To == iq.From)
        {
            Answered(iq.Id, iq.Error is { } error ? new Answer.Error(error) : new Answer.Result(iq.Payload));
        }
    }

    private void Answered(string id, Answer answer)
    {
        if (_pending.Remove(id, out var pending))
        {
            pending.Timer.Cancel();
            pending.Done(answer);
        }
    }

    private void SessionLost()
    {
        foreach (var id in _pending.Keys.ToArray())
        {
            Answered(id, new Answer.None(NoAnswer.LinkLost));
        }

        LinkLost();
    }
}
