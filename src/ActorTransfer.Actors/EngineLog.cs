using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors;

/// <summary>The log of the engine.</summary>
internal static class EngineLog
{
    public static readonly LogLine SocketThreadFailed = new(
        1001, nameof(SocketThreadFailed), LogLevel.ErrorLevel, "Unexpected exception on a socket thread: {Reason}");

    public static readonly LogLine StartFailed = new(1002, nameof(StartFailed), LogLevel.ErrorLevel, "The engine cannot start: {Reason}");

    public static readonly LogLine ActorFailed = new(
        1003, nameof(ActorFailed), LogLevel.ErrorLevel, "An actor of the engine failed to handle a message and continues with the next one: {Reason}");

    public static readonly LogLine EngineStopped = new(1004, nameof(EngineStopped), LogLevel.ErrorLevel, "The engine stops: its transfers actor was stopped");

    public static readonly LogLine ScheduledActionFailed = new(1005, nameof(ScheduledActionFailed), LogLevel.ErrorLevel, "A scheduled action has failed");
}
