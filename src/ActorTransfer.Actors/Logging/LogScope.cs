using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Actors.Logging;

/// <summary>Properties that tie all lines of a transfer together, whether or not the text of a line has them.</summary>
/// <param name="TransferId">Number of the transfer.</param>
/// <param name="SessionId">Its session, which is logged shortened.</param>
/// <param name="Account">Name of the account; null = not known to the one who logs.</param>
/// <param name="Peer">The peer's JID.</param>
internal sealed record LogScope(object? TransferId, string SessionId, string? Account, Jid? Peer)
{
    /// <summary>The properties that are known.</summary>
    public IEnumerable<KeyValuePair<string, object>> Properties
    {
        get
        {
            KeyValuePair<string, object?>[] all =
            [
                new(nameof(TransferId), TransferId),
                new(nameof(SessionId), SessionIds.Shorten(SessionId)),
                new(nameof(Account), Account),
                new(nameof(Peer), Peer),
            ];
            return all.Where(property => property.Value is not (null or ""))
                .Select(property => new KeyValuePair<string, object>(property.Key, property.Value!));
        }
    }
}
