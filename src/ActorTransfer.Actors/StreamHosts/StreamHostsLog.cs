using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.StreamHosts;

/// <summary>The log of the listener for direct transfers.</summary>
internal static class StreamHostsLog
{
    public static readonly LogLine StreamHostListens = new(5001, nameof(StreamHostListens), LogLevel.InfoLevel, "Listening for direct transfers on {EndPoint}");

    public static readonly LogLine StreamHostUnavailable = new(
        5002, nameof(StreamHostUnavailable), LogLevel.WarningLevel, "Direct transfers are not available, cannot listen on {EndPoint}: {Reason}");

    public static readonly LogLine ConnectionUnexpected = new(
        5003, nameof(ConnectionUnexpected), LogLevel.DebugLevel, "Refused a connection of {EndPoint}: its address is not expected");
}
