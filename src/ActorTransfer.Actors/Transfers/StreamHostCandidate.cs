using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost of a <see cref="StreamHostRace"/>.</summary>
/// <param name="Host">Its JID and address.</param>
/// <param name="Priority">Candidates with a higher priority are tried first.</param>
/// <param name="IsDirect">The peer itself, not a proxy.</param>
/// <param name="Destinations">Destinations to request; the next one when the streamhost refuses the one before.</param>
/// <param name="Trust">The source of the address.</param>
internal sealed record StreamHostCandidate(
    StreamHost Host, long Priority, bool IsDirect, ImmutableArray<DestinationAddress> Destinations, StreamHostTrust Trust = StreamHostTrust.Peer)
{
    /// <summary>
    /// The candidates of a list without priorities (XEP-0065), which are all asked for the same destinations: direct ones come first, each kind in
    /// the order of the list. Of equal addresses the first counts.
    /// </summary>
    /// <param name="hosts">The list.</param>
    /// <param name="requester">Who offered it: hosts with this JID are direct.</param>
    /// <param name="destinations">What to request.</param>
    /// <param name="trust">The source of the addresses.</param>
    public static ImmutableArray<StreamHostCandidate> Of(
        IEnumerable<StreamHost> hosts, Jid requester, ImmutableArray<DestinationAddress> destinations, StreamHostTrust trust = StreamHostTrust.Peer)
    {
        StreamHost[] ordered = [.. StreamHostList.Distinct(hosts).OrderBy(host => host.Jid.Bare == requester.Bare ? 0 : 1)];
        return [.. ordered.Select((host, at) => new StreamHostCandidate(host, ordered.Length - at, host.Jid.Bare == requester.Bare, destinations, trust))];
    }
}
