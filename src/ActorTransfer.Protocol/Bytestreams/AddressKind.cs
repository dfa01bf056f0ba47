using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>What kind of network an IP address belongs to. Source: the IANA special-purpose address registries (RFC 6890).</summary>
internal enum AddressKind
{
    /// <summary>Any address of no other kind.</summary>
    Public,

    /// <summary>A private network: 10/8, 172.16/12, 192.168/16, 100.64/10 and 198.18/15, fc00::/7, fec0::/10, 64:ff9b:1::/48, 2001:2::/48, 5f00::/16.</summary>
    Private,

    /// <summary>The local link: 169.254/16, fe80::/10.</summary>
    LinkLocal,

    /// <summary>The local machine: 127/8, ::1.</summary>
    Loopback,

    /// <summary>Metadata services of cloud providers, which expose credentials. Some are inside ranges of other kinds.</summary>
    Metadata,

    /// <summary>Not valid to connect to: unspecified (which some systems treat as loopback), multicast, broadcast, reserved.</summary>
    Never,
}

/// <summary>Sorts addresses.</summary>
internal static class AddressKinds
{
    private static readonly ImmutableArray<(AddressKind Kind, IPNetwork Network)> s_special =
    [
        (AddressKind.Metadata, IPNetwork.Parse("169.254.169.254/32")),
        (AddressKind.Metadata, IPNetwork.Parse("169.254.170.2/32")),
        (AddressKind.Metadata, IPNetwork.Parse("169.254.170.23/32")),
        (AddressKind.Metadata, IPNetwork.Parse("100.100.100.200/32")),
        (AddressKind.Metadata, IPNetwork.Parse("168.63.129.16/32")),
        (AddressKind.Metadata, IPNetwork.Parse("192.0.0.192/32")),
        (AddressKind.Metadata, IPNetwork.Parse("fd00:ec2::/32")),
        (AddressKind.Metadata, IPNetwork.Parse("fd20:ce::254/128")),
        (AddressKind.Never, IPNetwork.Parse("0.0.0.0/8")),
        (AddressKind.Never, IPNetwork.Parse("224.0.0.0/4")),
        (AddressKind.Never, IPNetwork.Parse("240.0.0.0/4")),
        (AddressKind.Never, IPNetwork.Parse("192.0.0.0/24")),
        (AddressKind.Never, IPNetwork.Parse("::/128")),
        (AddressKind.Never, IPNetwork.Parse("ff00::/8")),
        (AddressKind.Never, IPNetwork.Parse("100::/64")),
        (AddressKind.Loopback, IPNetwork.Parse("127.0.0.0/8")),
        (AddressKind.Loopback, IPNetwork.Parse("::1/128")),
        (AddressKind.LinkLocal, IPNetwork.Parse("169.254.0.0/16")),
        (AddressKind.LinkLocal, IPNetwork.Parse("fe80::/10")),
        (AddressKind.Private, IPNetwork.Parse("10.0.0.0/8")),
        (AddressKind.Private, IPNetwork.Parse("172.16.0.0/12")),
        (AddressKind.Private, IPNetwork.Parse("192.168.0.0/16")),
        (AddressKind.Private, IPNetwork.Parse("100.64.0.0/10")),
        (AddressKind.Private, IPNetwork.Parse("198.18.0.0/15")),
        (AddressKind.Private, IPNetwork.Parse("fc00::/7")),
        (AddressKind.Private, IPNetwork.Parse("fec0::/10")),
        (AddressKind.Private, IPNetwork.Parse("64:ff9b:1::/48")),
        (AddressKind.Private, IPNetwork.Parse("2001:2::/48")),
        (AddressKind.Private, IPNetwork.Parse("5f00::/16")),
    ];

    private static readonly IPNetwork s_compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork s_translated = IPNetwork.Parse("::ffff:0:0:0/96");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_teredo = IPNetwork.Parse("2001::/32");

    /// <summary>The kind of an address, without unwrapping.</summary>
    public static AddressKind Of(IPAddress address)
    {
        foreach (var (kind, network) in s_special)
        {
            if (network.Contains(address))
            {
                return kind;
            }
        }

        return AddressKind.Public;
    }

    /// <summary>
    /// The IPv4 address embedded in an IPv6 one (mapped, compatible, translated, NAT64, 6to4, Teredo); otherwise the address itself.
    /// </summary>
    public static IPAddress Meant(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (s_sixToFour.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(2, 4));
        }

        if (s_teredo.Contains(address))
        {
            return new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);
        }

        // The last bytes of :: and ::1 are not an IPv4 address.
        var wraps = s_nat64.Contains(address) || s_translated.Contains(address)
            || (s_compatible.Contains(address) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.IPv6Loopback));
        return wraps ? new IPAddress(bytes.AsSpan(12, 4)) : address;
    }
}
