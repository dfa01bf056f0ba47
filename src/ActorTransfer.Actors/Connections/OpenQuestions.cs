using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>The table of iq requests without an answer: each leaves it exactly once, and its asker hears of it exactly once.</summary>
internal sealed class OpenQuestions
{
    private readonly Dictionary<string, Question> _open = [];

    private sealed record Question(IActorRef Asker, object Tag, Jid? To, ICancelable Deadline);

    public int Count => _open.Count;

    public void Add(string id, IActorRef asker, object tag, Jid? to, ICancelable deadline) => _open.Add(id, new Question(asker, tag, to, deadline));

    /// <summary>Ends the question that this stanza answers. False: nobody here asked its sender under that id.</summary>
    public bool TryAnswer(Iq answer, Jid self)
    {
        if (!_open.TryGetValue(answer.Id, out var question) || !AnswerOrigin.IsAcceptable(question.To, answer.From, self, answer.Type == IqType.Error))
        {
            return false;
        }

        End(answer.Id, question, answer.Type == IqType.Error
            ? new Answer.Error(answer.Error ?? StanzaError.InternalServerError)
            : new Answer.Result(answer.Payload) { Respelled = Respelled(question.To, answer.From) });
        return true;
    }

    public void Expire(string id)
    {
        if (_open.TryGetValue(id, out var question))
        {
            End(id, question, new Answer.None(NoAnswer.Timeout));
        }
    }

    public void FailAll(NoAnswer why)
    {
        foreach (var (id, question) in _open.ToArray())
        {
            End(id, question, new Answer.None(why));
        }
    }

    private static Jid? Respelled(Jid? asked, Jid? from) => asked != from && JidEquivalence.Comparer.Equals(asked, from) ? from : null;

    private void End(string id, Question question, Answer answer)
    {
        _open.Remove(id);
        question.Deadline.Cancel();
        question.Asker.Tell(new Connection.Answered(question.Tag, answer));
    }
}
