using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>
/// Which addresses may be connected to because a peer named them, and which of its own this side may name to a peer. A streamhost is the
/// word of a stranger: without this a peer could make us knock at the services of our own machine and network. To be asked about the
/// address that is connected to, after the name was resolved. Public addresses are allowed always.
/// </summary>
/// <param name="Kinds">Kinds of addresses that are allowed besides the public ones.</param>
/// <param name="Networks">Allowed whatever their kind, <see cref="AddressKind.Never"/> and <see cref="AddressKind.Metadata"/> included.</param>
/// <param name="Ports">Allowed below 1024, besides 443.</param>
internal sealed record AddressPolicy(ImmutableHashSet<AddressKind> Kinds, ImmutableArray<IPNetwork> Networks, ImmutableHashSet<int> Ports)
{
    private const int FirstFreePort = 1024;
    private const int HttpsPort = 443;

    /// <summary>Public addresses only.</summary>
    public static AddressPolicy PublicOnly { get; } = new([], [], []);

    /// <summary>Reads a policy.</summary>
    /// <param name="allow">Each one of <c>loopback</c>, <c>private</c>, <c>link-local</c>, an address, or a network such as <c>10.1.0.0/16</c>.</param>
    /// <param name="ports">Ports below 1024.</param>
    /// <exception cref="FormatException">An entry is none of these.</exception>
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

    /// <summary>What a person would write to allow the same, for logs.</summary>
    public override string ToString() =>
        string.Join(", ", Kinds.Select(kind => kind.ToString()).Order(StringComparer.Ordinal).Concat(Networks.Select(network => network.ToString())).Prepend("Public"));

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
