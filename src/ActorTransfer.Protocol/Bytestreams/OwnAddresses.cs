using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>An address of this machine.</summary>
/// <param name="Address">As the system tells it.</param>
/// <param name="HasGateway">Its interface leads further. One that does not is a bridge of containers or virtual machines, as a rule.</param>
internal readonly record struct OwnAddress(IPAddress Address, bool HasGateway = false);

/// <summary>Which addresses of a machine are worth telling a peer, and in which order. Source: XEP-0065 §4.1, RFC 6724 in spirit.</summary>
internal static class OwnAddresses
{
    /// <summary>
    /// Public IPv6 first, then public IPv4, then what else <paramref name="policy"/> allows, the own machine last; of one kind those of interfaces with
    /// a gateway first. Each once. IPv6 link-local addresses are left out in any case: they mean nothing without the interface.
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
