using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>Who may answer a request (RFC 6120 §8.1.2.1, §8.2.3).</summary>
internal static class AnswerOrigin
{
    /// <summary>Tells whether an answer with this sender belongs to a request that was sent to <paramref name="asked"/>.</summary>
    /// <remarks>
    /// The id is unguessable, so the addresses only have to be equivalent: a server may write the one that was asked as stringprep does
    /// (RFC 6122). An error may also come from the own server or account, or without a sender: only the own server can send that.
    /// </remarks>
    /// <param name="asked">Addressee of the request; null = the own account.</param>
    /// <param name="from">Sender of the answer; null = stamped by nobody, which only the own server may do.</param>
    /// <param name="self">Own address on the connection.</param>
    /// <param name="isError">The answer is an error.</param>
    public static bool IsAcceptable(Jid? asked, Jid? from, Jid self, bool isError = false)
    {
        var ownServerMay = isError || asked is null || IsOwnServer(asked, self);
        return (asked is not null && from is not null && JidEquivalence.Comparer.Equals(asked, from))
            || (ownServerMay && (from is null || IsOwnServer(from, self)));
    }

    /// <summary>The own server, which also speaks for the own account.</summary>
    internal static bool IsOwnServer(Jid jid, Jid self) =>
        jid == self || jid == self.Bare || (jid.Local is null && jid.Resource is null && jid.Domain == self.Domain);
}
