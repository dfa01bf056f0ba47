using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>A local address.</summary>
/// <param name="Address">As reported by the system.</param>
/// <param name="HasGateway">Its interface has a gateway. An interface without one is usually a bridge of containers or virtual machines.</param>
internal readonly record struct OwnAddress(IPAddress Address, bool HasGateway = false);

/// <summary>Which local addresses are offered to a peer, and in which order. Source: XEP-0065 §4.1, modelled on RFC 6724.</summary>
internal static class OwnAddresses
{
    /// <summary>
    /// Public IPv6 first, then public IPv4, then what else <paramref name="policy"/> allows, loopback last; within a kind, interfaces with
    /// a gateway first. Duplicates are removed. IPv6 link-local addresses are omitted, because they are meaningless without the interface.
    /// </summary>
    public static ImmutableArray<IPAddress> Choose(IEnumerable<OwnAddress> addresses, AddressPolicy policy) =>
    [
        .. addresses
            .Select(own => own.Address.IsIPv4MappedToIPv6 ? own with { Address = own.Address.MapToIPv4() } : own)
            .Where(own => !own.Address.IsIPv6LinkLocal && policy.Allows(own.Address))
            .OrderBy(Rank)
            .Select(own => own.Address)
            .Distinct(),
    ];

    private static (int Kind, int Gateway, int Family) Rank(OwnAddress own)
    {
        var kind = AddressKinds.Of(AddressKinds.Meant(own.Address));
        var preferred = kind == AddressKind.Public ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return ((int)kind, own.HasGateway ? 0 : 1, own.Address.AddressFamily == preferred ? 0 : 1);
    }
}
