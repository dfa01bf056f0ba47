using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>
/// Which addresses offered by a peer may be connected to, and which local addresses may be offered to a peer. Streamhosts offered by a peer
/// are untrusted input: without this, a peer could make this side connect to services of the local machine and network. Check the resolved
/// address that is connected to. Public addresses are always allowed.
/// </summary>
/// <param name="Kinds">Kinds of addresses that are allowed in addition to public ones.</param>
/// <param name="Networks">Allowed whatever their kind, including <see cref="AddressKind.Never"/> and <see cref="AddressKind.Metadata"/>.</param>
/// <param name="Ports">Ports allowed below 1024, in addition to 443.</param>
internal sealed record AddressPolicy(ImmutableHashSet<AddressKind> Kinds, ImmutableArray<IPNetwork> Networks, ImmutableHashSet<int> Ports)
{
    private const int FirstFreePort = 1024;
    private const int HttpsPort = 443;

    /// <summary>Public addresses only.</summary>
    public static AddressPolicy PublicOnly { get; } = new([], [], []);

    /// <summary>Parses a policy.</summary>
    /// <param name="allow">Each is <c>loopback</c>, <c>private</c>, <c>link-local</c>, an address, or a network such as <c>10.1.0.0/16</c>.</param>
    /// <param name="ports">Ports below 1024.</param>
    /// <exception cref="FormatException">An entry is not valid.</exception>
    public static AddressPolicy Read(IEnumerable<string> allow, IEnumerable<int> ports)
    {
        var kinds = ImmutableHashSet.CreateBuilder<AddressKind>();
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var entry in allow.Select(text => text.Trim()))
        {
            switch (entry.ToLowerInvariant())
            {
                case "loopback":
                    kinds.Add(AddressKind.Loopback);
                    break;
                case "private":
                    kinds.Add(AddressKind.Private);
                    break;
                case "link-local":
                    kinds.Add(AddressKind.LinkLocal);
                    break;
                default:
                    networks.Add(ReadNetwork(entry));
                    break;
            }
        }

        return new AddressPolicy(kinds.ToImmutable(), networks.ToImmutable(), [.. ports]);
    }

    /// <summary>Whether address and port may be connected to.</summary>
    public bool Allows(IPEndPoint endPoint) => AllowsPort(endPoint.Port) && Allows(endPoint.Address);

    /// <summary>Whether the address may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        var meant = AddressKinds.Meant(address);
        return Networks.Any(network => network.Contains(address) || network.Contains(meant))
            || AddressKinds.Of(meant) is var kind && (kind == AddressKind.Public || Kinds.Contains(kind));
    }

    /// <summary>The setting that would allow the same, for logs.</summary>
    public override string ToString() =>
        string.Join(", ", [
            "Public",
            .. Kinds.Select(kind => kind.ToString()).Order(StringComparer.Ordinal),
            .. Networks.Select(network => network.ToString()),
        ]);

    private bool AllowsPort(int port) => port is >= FirstFreePort or HttpsPort || (port > 0 && Ports.Contains(port));

    private static IPNetwork ReadNetwork(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network)
            ? network
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"'{text}' is not loopback, private, link-local, an address, or a network such as 10.1.0.0/16"));
    }
}
