using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Proxy;

/// <summary>Addresses that a proxy announces to clients.</summary>
internal static class PublicAddresses
{
    /// <summary>Kinds of own addresses, the ones that most clients can reach first; the first kind that exists is announced.</summary>
    private static readonly ImmutableArray<AddressPolicy> s_kinds =
        [AddressPolicy.PublicOnly, AddressPolicy.Read(["private"], []), AddressPolicy.Read(["private", "loopback"], [])];

    /// <summary>Whether the result depends on the addresses of the machine.</summary>
    public static bool NeedMachine(BytestreamsProxy.Definition definition, IReadOnlyList<IPEndPoint> listening) =>
        definition.Public.IsEmpty && listening.Any(at => at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any));

    /// <summary>Payload of the response, or null when there is no address that is valid elsewhere.</summary>
    /// <param name="definition">The proxy.</param>
    /// <param name="listening">Its listening endpoints.</param>
    /// <param name="machine">The machine's own addresses.</param>
    public static XmlElement? Answer(BytestreamsProxy.Definition definition, IReadOnlyList<IPEndPoint> listening, ImmutableArray<OwnAddress> machine)
    {
        if (listening.Count == 0)
        {
            return null;
        }

        var announced = definition.Public.IsEmpty
            ? listening.SelectMany(at => Of(at.Address, machine).Select(own => (Host: own.ToString(), at.Port)))
            : definition.Public.Select(at => (Host: Written(at.Host), Port: at.Port == 0 ? listening[0].Port : at.Port)).Where(at => at.Host.Length > 0);
        StreamHost[] hosts = [.. announced.Distinct().Select(at => new StreamHost(definition.Address, at.Host, at.Port))];
        return hosts.Length == 0 ? null : ProxyAddress.Answer(hosts);
    }

    /// <summary>A name unchanged, an address in canonical form without brackets, a wildcard as null.</summary>
    internal static string Written(string host) => IPAddress.TryParse(host, out var address)
        ? address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "" : address.ToString()
        : host;

    /// <summary>The address itself, or for a wildcard the machine's addresses of its family.</summary>
    internal static IEnumerable<IPAddress> Of(IPAddress listening, IEnumerable<OwnAddress> machine)
    {
        var any4 = listening.Equals(IPAddress.Any);
        if (!any4 && !listening.Equals(IPAddress.IPv6Any))
        {
            return [listening.IsIPv4MappedToIPv6 ? listening.MapToIPv4() : listening];
        }

        var own = machine.Where(address => !any4 || address.Address.AddressFamily == AddressFamily.InterNetwork).ToArray();
        return s_kinds.Select(kind => OwnAddresses.Choose(own, kind)).FirstOrDefault(chosen => chosen.Length > 0, []);
    }
}
