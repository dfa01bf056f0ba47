using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The log of the public API.</summary>
internal static class HostingLog
{
    public static readonly LogLine CallFailed = new(7001, nameof(CallFailed), LogLevel.ErrorLevel, "A call of the application failed: {Reason}");

    public static readonly LogLine DecisionFailed = new(
        7002, nameof(DecisionFailed), LogLevel.ErrorLevel, "Transfer {TransferId}: the decision of {Policy} could not be carried out");

    public static readonly LogLine DecisionTimedOut = new(
        7003, nameof(DecisionTimedOut), LogLevel.WarningLevel, "Transfer {TransferId}: {Policy} did not decide within {Timeout}");

    public static readonly LogLine ConfigurationInvalid = new(
        7004, nameof(ConfigurationInvalid), LogLevel.ErrorLevel, "The changed configuration is not valid; the previous one stays. {Reason}");

    public static readonly LogLine ConfigurationReloaded = new(7005, nameof(ConfigurationReloaded), LogLevel.InfoLevel, "Configuration reloaded: {Keys}");

    public static readonly LogLine RestartNeeded = new(
        7006, nameof(RestartNeeded), LogLevel.WarningLevel, "Changes of {Keys} need a restart of the application");
}
