using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Jingle;

namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>
/// The SOCKS5 addresses of candidates. XEP-0260 defines one for proxies: sid, offerer, other side. It defines none for direct candidates,
/// and peers differ: most put the offerer first there too, Psi and Gajim the initiator.
/// </summary>
/// <param name="SessionId">The sid of the transport.</param>
/// <param name="Self">This side's address.</param>
/// <param name="Peer">The peer's address.</param>
/// <param name="Role">This side's role in the Jingle session.</param>
internal sealed record CandidateDestinations(string SessionId, Jid Self, Jid Peer, JingleRole Role)
{
    /// <summary>The address of this side's proxies, which it connects to and activates: the attribute <c>dstaddr</c>.</summary>
    public DestinationAddress Own => DestinationAddress.Compute(SessionId, Self, Peer);

    /// <summary>The addresses to try at this side's proxies, in order.</summary>
    public IReadOnlyList<DestinationAddress> ToDialOwn => DestinationAddress.ToDial(SessionId, Self, Peer);

    /// <summary>All addresses that a peer may use at this side's listener. An initiator is first in both orders.</summary>
    public IReadOnlyList<DestinationAddress> ToExpect => Role == JingleRole.Initiator
        ? Variants(Self, Peer)
        : [.. Variants(Self, Peer).Concat(Variants(Peer, Self)).Distinct()];

    /// <summary>The addresses to try at a candidate of the peer, in order.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="given">
    /// The attribute <c>dstaddr</c> of the peer's transport, which is about its proxies. One that this side cannot compute tells that the peer knows both sides
    /// by other addresses, as in a group chat: then its listener expects it too.
    /// </param>
    public ImmutableArray<DestinationAddress> ToDial(TransportCandidate candidate, string? given)
    {
        if (candidate.IsProxy)
        {
            return DestinationAddress.TryParse(given, out var address) ? [address] : [.. DestinationAddress.ToDial(SessionId, Peer, Self)];
        }

        var offererFirst = DestinationAddress.Compute(SessionId, Peer, Self);
        return DestinationAddress.TryParse(given, out var theirs) && theirs != offererFirst && theirs != Own ? [theirs, offererFirst]
            : Role == JingleRole.Initiator ? [offererFirst, Own]
            : [offererFirst];
    }

    private IReadOnlyList<DestinationAddress> Variants(Jid first, Jid second) => DestinationAddress.Variants(SessionId, first.ToString(), second.ToString());
}
