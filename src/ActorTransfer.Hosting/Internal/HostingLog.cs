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
}
