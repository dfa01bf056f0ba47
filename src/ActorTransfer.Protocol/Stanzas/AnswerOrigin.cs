using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>Who may answer a question (RFC 6120 §8.1.2.1, §8.2.3): ids alone can be guessed.</summary>
public static class AnswerOrigin
{
    /// <summary>Tells whether an answer with this sender belongs to a question that was sent to <paramref name="asked"/>.</summary>
    /// <param name="asked">Addressee of the question; null = the own account.</param>
    /// <param name="from">Sender of the answer; null = stamped by nobody, which only the own server may do.</param>
    /// <param name="self">Own address on the connection.</param>
    public static bool IsAcceptable(Jid? asked, Jid? from, Jid self)
    {
        var askedOwnServer = asked is null || IsOwnServer(asked, self);
        return asked is not null && from == asked || askedOwnServer && (from is null || IsOwnServer(from, self));
    }

    private static bool IsOwnServer(Jid jid, Jid self) => jid == self || jid == self.Bare || jid.Local is null && jid.Resource is null && jid.Domain == self.Domain;
}
