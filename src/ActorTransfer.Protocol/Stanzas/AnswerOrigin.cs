using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>Which sender may respond to a request (RFC 6120 §8.1.2.1, §8.2.3).</summary>
internal static class AnswerOrigin
{
    /// <summary>Whether a response with this sender belongs to a request that was sent to <paramref name="addressee"/>.</summary>
    /// <remarks>
    /// The id is unguessable, so the addresses only need to be equivalent: a server may prepare the addressee by stringprep (RFC 6122). An
    /// error may also come from the user's own server or account, or without a sender: only the own server can send that.
    /// </remarks>
    /// <param name="addressee">Addressee of the request; null = the user's account.</param>
    /// <param name="from">Sender of the response; null = no stamp, which only the own server can omit.</param>
    /// <param name="self">Local address of the connection.</param>
    /// <param name="isError">The response is an error.</param>
    public static bool IsAcceptable(Jid? addressee, Jid? from, Jid self, bool isError = false)
    {
        var ownServerMay = isError || addressee is null || IsOwnServer(addressee, self);
        return (addressee is not null && from is not null && JidEquivalence.Comparer.Equals(addressee, from))
            || (ownServerMay && (from is null || IsOwnServer(from, self)));
    }

    /// <summary>The user's server, which also responds for the account.</summary>
    internal static bool IsOwnServer(Jid jid, Jid self) =>
        jid == self || jid == self.Bare || (jid.IsDomain && jid.Domain == self.Domain);
}
