using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>Pending IQ requests. Each is completed exactly once, and its requester gets exactly one reply.</summary>
/// <param name="clock">Measures the time to the reply.</param>
/// <param name="metrics">Counts and measures the requests.</param>
internal sealed class PendingRequests(ITimeProvider clock, ConnectionMetrics metrics)
{
    private readonly Dictionary<string, Request> _open = [];

    private sealed record Request(IActorRef Requester, object Tag, Jid? To, IDisposable Deadline, string? Namespace, TimeSpan At);

    public int Count => _open.Count;

    public void Add(string id, IActorRef requester, Connection.Ask ask, IDisposable deadline)
    {
        _open.Add(id, new Request(requester, ask.Tag, ask.To, deadline, ask.Payload?.Namespace, clock.MonotonicClock));
        metrics.Asked();
    }

    /// <summary>Completes the request that this stanza responds to. False: no request with that id was sent to its sender.</summary>
    public bool TryAnswer(Iq answer, Jid self)
    {
        if (!_open.TryGetValue(answer.Id, out var request) || !AnswerOrigin.IsAcceptable(request.To, answer.From, self, answer.Type == IqType.Error))
        {
            return false;
        }

        End(answer.Id, request, answer.Type == IqType.Error
            ? new Answer.Error(answer.Error ?? StanzaError.InternalServerError)
            : new Answer.Result(answer.Payload) { Respelled = Respelled(request.To, answer.From) });
        return true;
    }

    public void Expire(string id)
    {
        if (_open.TryGetValue(id, out var request))
        {
            End(id, request, new Answer.None(NoAnswer.Timeout));
        }
    }

    public void FailAll(NoAnswer reason)
    {
        foreach (var (id, request) in _open.ToArray())
        {
            End(id, request, new Answer.None(reason));
        }
    }

    private static Jid? Respelled(Jid? asked, Jid? from) => asked != from && JidEquivalence.Comparer.Equals(asked, from) ? from : null;

    private void End(string id, Request request, Answer answer)
    {
        _open.Remove(id);
        request.Deadline.Dispose();
        metrics.Answered(request.Namespace, answer, clock.MonotonicClock - request.At);
        request.Requester.Tell(new Connection.Answered(request.Tag, answer));
    }
}
