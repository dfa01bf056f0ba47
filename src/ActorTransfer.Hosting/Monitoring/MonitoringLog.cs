using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>The log of the monitor.</summary>
internal static class MonitoringLog
{
    public static readonly LogLine MonitorFailed = new(
        7101, nameof(MonitorFailed), LogLevel.ErrorLevel, "The monitor failed to handle a message and continues with the next one: {Reason}");
}
