using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost of a <see cref="StreamHostRace"/>.</summary>
/// <param name="Host">Its JID and address.</param>
/// <param name="Place">Its place in the list of the peer.</param>
/// <param name="IsDirect">The peer itself, not a proxy.</param>
/// <param name="Trust">The source of the address.</param>
internal sealed record StreamHostCandidate(StreamHost Host, int Place, bool IsDirect, StreamHostTrust Trust)
{
    /// <summary>The order in which candidates are tried: direct ones come first.</summary>
    public (int Kind, int Place) Rank => (IsDirect ? 0 : 1, Place);
}
