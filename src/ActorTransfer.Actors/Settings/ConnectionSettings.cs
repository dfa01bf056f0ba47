using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>connection</c>.</summary>
internal sealed record ConnectionSettings(
    int MaxPendingRequests,
    int MaxQueuedStanzas,
    int WriteWindow,
    TimeSpan ReconnectFirst,
    TimeSpan ReconnectMost,
    TimeSpan ReconnectStable,
    TimeSpan ReconnectRefusedFirst,
    TimeSpan ReconnectRefusedMost,
    ImmutableArray<IPEndPoint> NameServers,
    TimeSpan ResolveTimeout,
    TimeSpan OpenTimeout,
    TimeSpan GreetingTimeout,
    TimeSpan KeepAlive,
    TimeSpan PingTimeout,
    TimeSpan ResumeWithin,
    int MaxUnacknowledged,
    TimeSpan AcknowledgeAfter,
    TimeSpan AcknowledgeTimeout,
    bool Trace,
    XmlLimits Limits)
{
    internal static ConnectionSettings Read(SettingsReader reader) => new(
        reader.Count("connection.max-pending-requests"),
        reader.Count("connection.max-queued-stanzas"),
        reader.Count("connection.write-window"),
        reader.Time("connection.reconnect-first"),
        reader.Time("connection.reconnect-most"),
        reader.Time("connection.reconnect-stable"),
        reader.Time("connection.reconnect-refused-first"),
        reader.Time("connection.reconnect-refused-most"),
        reader.List("connection.name-servers", NameServer),
        reader.Time("connection.resolve-timeout"),
        reader.Time("connection.open-timeout"),
        reader.Time("connection.greeting-timeout"),
        reader.TimeOrOff("connection.keep-alive"),
        reader.Time("connection.ping-timeout"),
        reader.TimeOrOff("connection.resume-within"),
        reader.Count("connection.max-unacknowledged"),
        reader.Time("connection.acknowledge-after"),
        reader.Time("connection.acknowledge-timeout"),
        reader.Switch("connection.trace"),
        new XmlLimits(
            reader.Bytes("connection.max-stanza-size", 10_000, 16 << 20),
            reader.Count("connection.max-depth"),
            reader.Count("connection.max-attributes"),
            reader.Count("connection.max-children")));

    private static IPEndPoint NameServer(string text) =>
        IPEndPoint.TryParse(text, out var at) && !at.Address.Equals(IPAddress.Any) && !at.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(at.Address, at.Port == 0 ? DnsServerResolver.UsualPort : at.Port)
            : throw new FormatException($"'{text}' is not the address of a name server, with or without a port");
}
