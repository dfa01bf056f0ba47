using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>discovery</c>.</summary>
internal sealed record DiscoverySettings(
    ImmutableArray<Jid> Proxies,
    TimeSpan RequestTimeout,
    TimeSpan Grace,
    TimeSpan CacheTtl,
    TimeSpan RefreshAfter,
    TimeSpan Demotion,
    int MaxHosts,
    TimeSpan PresenceTimeout,
    TimeSpan PeerTtl,
    int MaxResources)
{
    internal static DiscoverySettings Read(SettingsReader reader) => new(
        reader.List("discovery.proxies", Jid.Parse),
        reader.Time("discovery.request-timeout"),
        reader.Time("discovery.grace"),
        reader.Time("discovery.cache-ttl"),
        reader.Time("discovery.refresh-after"),
        reader.Time("discovery.demotion"),
        reader.Count("discovery.max-hosts"),
        reader.Time("discovery.presence-timeout"),
        reader.Time("discovery.peer-ttl"),
        reader.Count("discovery.max-resources"));
}

/// <summary>Section <c>stream-host</c>.</summary>
internal sealed record StreamHostSettings(
    bool Enabled,
    IPAddress Bind,
    int Port,
    ImmutableArray<ExternalAddress> External,
    ImmutableArray<string> OfferTo,
    int MaxAddresses,
    TimeSpan Grace)
{
    private const string Everybody = "*";

    /// <summary>Whether own addresses may be revealed to this peer.</summary>
    public bool IsOfferedTo(Jid peer) =>
        OfferTo.Any(entry => entry == Everybody || (Jid.TryParse(entry, out var jid) && (jid == peer || jid == peer.Bare || Names(jid, peer.Domain))));

    internal static StreamHostSettings Read(SettingsReader reader) => new(
        reader.Switch("stream-host.enabled"),
        reader.Address("stream-host.bind"),
        reader.Port("stream-host.port"),
        reader.List("stream-host.external", ExternalAddress.Parse),
        reader.List("stream-host.offer-to", OfferEntry),
        reader.Count("stream-host.max-addresses"),
        reader.Time("stream-host.grace"));

    private static string OfferEntry(string text) =>
        text == Everybody || Jid.TryParse(text, out _) ? text : throw new FormatException($"'{text}' is neither * nor a JID nor a domain");

    private static bool Names(Jid entry, string domain) => entry.IsDomain && entry.Domain == domain;
}

/// <summary>An address under which the listener is reachable from outside, as configured.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Port">Null = the listener's own.</param>
internal sealed record ExternalAddress(string Host, int? Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c>, an IPv6 address, or one in brackets with <c>:port</c>.</summary>
    /// <exception cref="FormatException">It has none of these forms.</exception>
    public static ExternalAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (IPAddress.TryParse(text, out var address) && !text.StartsWith('['))
        {
            return new ExternalAddress(address.ToString(), null);
        }

        var (host, port) = colon > text.LastIndexOf(']') ? (text[..colon], ReadPort(text[(colon + 1)..])) : (text, (int?)null);
        host = host is ['[', .. var inner, ']'] ? inner : host;
        return host.Length > 0 && (!host.Contains(':', StringComparison.Ordinal) || IPAddress.TryParse(host, out _))
            ? new ExternalAddress(host, port)
            : throw new FormatException($"'{text}' is not host, host:port or [address]:port");
    }

    private static int ReadPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new FormatException($"'{text}' is not a port, 1 to 65535");
}
