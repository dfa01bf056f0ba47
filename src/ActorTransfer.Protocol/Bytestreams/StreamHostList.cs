using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>Lists of streamhosts.</summary>
internal static class StreamHostList
{
    /// <summary>The list without entries whose address and port occur earlier, in whatever form; the order is preserved.</summary>
    public static IEnumerable<StreamHost> Distinct(IEnumerable<StreamHost> hosts) => hosts.DistinctBy(host => (AddressKey(host.Host), host.Port));

    /// <summary>
    /// The streamhosts of proxies that are worth offering, the most likely reachable first: names and public addresses, then private,
    /// link-local, and loopback ones. Invalid and metadata addresses are omitted. Within a kind the order is preserved.
    /// </summary>
    public static ImmutableArray<StreamHost> ForOffer(IEnumerable<StreamHost> hosts) =>
        [.. Distinct(hosts).Where(host => KindOf(host) < AddressKind.Metadata).OrderBy(KindOf)];

    /// <summary>
    /// At most this many, taken from the JIDs in rotation, so that the addresses of one proxy do not displace those of another. The order is
    /// preserved.
    /// </summary>
    public static ImmutableArray<StreamHost> Choose(ImmutableArray<StreamHost> hosts, int max)
    {
        if (hosts.Length <= max)
        {
            return hosts;
        }

        var chosen = hosts
            .GroupBy(host => host.Jid.Bare)
            .SelectMany(group => group.Select((host, round) => (Host: host, Round: round)))
            .OrderBy(entry => entry.Round)
            .ThenBy(entry => hosts.IndexOf(entry.Host))
            .Take(max)
            .Select(entry => entry.Host)
            .ToHashSet();
        return [.. hosts.Where(chosen.Contains)];
    }

    /// <summary>For display: the JID, the address and the port.</summary>
    public static string Describe(this StreamHost host) => string.Create(
        CultureInfo.InvariantCulture, $"{host.Jid} at {(host.Host.Contains(':', StringComparison.Ordinal) ? $"[{host.Host}]" : host.Host)}:{host.Port}");

    /// <summary>A name may resolve to any address; it counts as public.</summary>
    private static AddressKind KindOf(StreamHost host) =>
        IPAddress.TryParse(host.Host, out var address) ? AddressKinds.Of(AddressKinds.Meant(address)) : AddressKind.Public;

    private static string AddressKey(string host)
    {
        if (!IPAddress.TryParse(host, out var address))
        {
            return host.TrimEnd('.').ToLowerInvariant();
        }

        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
