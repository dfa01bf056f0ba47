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
    /// <summary>
    /// The address of this side's proxies, which it connects to and activates: the attribute <c>dstaddr</c>. An initiator writes it before it knows how the
    /// server spells the peer's address, and most servers and their proxies prepare addresses by stringprep (RFC 6122).
    /// </summary>
    public DestinationAddress Own => DestinationAddress.Compute(SessionId, Self, Spellings[0]);

    /// <summary>
    /// The spellings of the peer's address that a proxy of this side may know the peer by, in order: the one of <see cref="Own"/>, and the one of a peer that
    /// computes the address itself at a server that prepares addresses otherwise (RFC 7622). Nearly always one.
    /// </summary>
    public ImmutableArray<Jid> Spellings => Jid.TryParse(Peer.Stringprepped, out var prepared) && prepared != Peer ? [prepared, Peer] : [Peer];

    /// <summary>The addresses to try at this side's proxies, in order, if the peer has this spelling.</summary>
    public ImmutableArray<DestinationAddress> ToDialOwn(Jid spelling) => [.. DestinationAddress.ToDial(SessionId, Self, spelling)];

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
        var selfFirst = DestinationAddress.Compute(SessionId, Self, Peer);
        return DestinationAddress.TryParse(given, out var theirs) && theirs != offererFirst && theirs != selfFirst ? [theirs, offererFirst]
            : Role == JingleRole.Initiator ? [offererFirst, selfFirst]
            : [offererFirst];
    }

    private IReadOnlyList<DestinationAddress> Variants(Jid first, Jid second) => DestinationAddress.Variants(SessionId, first.ToString(), second.ToString());
}
