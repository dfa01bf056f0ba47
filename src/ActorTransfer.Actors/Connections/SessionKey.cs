using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Identifies a session with a peer. The addresses are compared by equivalence: a server may respell the addressee of a request.
/// </summary>
/// <param name="Self">Own address; null as long as the account has none.</param>
/// <param name="Peer">The peer's address.</param>
/// <param name="Outgoing">This side sends the file.</param>
/// <param name="SessionId">Id of the stream initiation or the Jingle session; empty until an own transfer begins.</param>
internal readonly record struct SessionKey(Jid? Self, Jid Peer, bool Outgoing, string SessionId)
{
    /// <summary>The id is that of a Jingle session, which may be equal to that of a stream initiation.</summary>
    public bool IsJingle { get; init; }

    public bool Equals(SessionKey other) => SessionId == other.SessionId && Outgoing == other.Outgoing && IsJingle == other.IsJingle
        && JidEquivalence.Comparer.Equals(Self, other.Self) && JidEquivalence.Comparer.Equals(Peer, other.Peer);

    public override int GetHashCode() =>
        HashCode.Combine(Self is null ? 0 : JidEquivalence.Comparer.GetHashCode(Self), JidEquivalence.Comparer.GetHashCode(Peer), Outgoing, SessionId);
}
