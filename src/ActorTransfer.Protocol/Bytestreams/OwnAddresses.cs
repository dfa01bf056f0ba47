using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>Which addresses of a machine are worth telling a peer, and in which order. Source: XEP-0065 §4.1, RFC 6724 in spirit.</summary>
public static class OwnAddresses
{
    /// <summary>
    /// Public IPv6 first, then public IPv4, then what else <paramref name="policy"/> allows, the own machine last. IPv6 link-local addresses
    /// are left out in any case: they mean nothing without the interface.
    /// </summary>
    public static ImmutableArray<IPAddress> Choose(IEnumerable<IPAddress> addresses, AddressPolicy policy) =>
    [
        .. addresses
            .Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            .Where(address => !address.IsIPv6LinkLocal && policy.Allows(address))
            .Distinct()
            .OrderBy(Rank),
    ];

    private static (int Kind, int Family) Rank(IPAddress address)
    {
        var kind = AddressKinds.Of(AddressKinds.Meant(address));
        var preferred = kind == AddressKind.Public ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return ((int)kind, address.AddressFamily == preferred ? 0 : 1);
    }
}
