using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.Proxy;

/// <summary>The log of the SOCKS5 bytestreams proxies.</summary>
internal static class ProxiesLog
{
    public static readonly LogLine ProxyListens = new(6001, nameof(ProxyListens), LogLevel.InfoLevel, "Proxy {Proxy} listens on {EndPoint}");

    public static readonly LogLine NoPublicAddress = new(
        6002, nameof(NoPublicAddress), LogLevel.WarningLevel, "Proxy {Proxy} with {Count} listeners has no public address to announce; configure one");

    public static readonly LogLine DescriptorsExhausted = new(
        6003, nameof(DescriptorsExhausted), LogLevel.WarningLevel,
        "Proxy {Proxy} is out of file descriptors at {Count} pairs; new connections are delayed. Raise LimitNOFILE or ulimit -n");

    public static readonly LogLine ProxyReloaded = new(6004, nameof(ProxyReloaded), LogLevel.InfoLevel, "Proxy {Proxy} reloaded its settings");

    public static readonly LogLine ClientRefused = new(
        6005, nameof(ClientRefused), LogLevel.DebugLevel, "A connection of {EndPoint} for pair {Destination} was refused: {Reason}");

    public static readonly LogLine PairFailed = new(6006, nameof(PairFailed), LogLevel.ErrorLevel, "Pair {Destination} failed");

    public static readonly LogLine PairEnded = new(
        6007, nameof(PairEnded), LogLevel.InfoLevel, "Pair {Destination} of {Requester} to {TargetDomain} ended after {Duration}: {Reason}, {Bytes} bytes");
}
