using Akka.Event;

namespace ActorTransfer.Hosting.Logging;

/// <summary>
/// Replaces Akka's logger to standard output, which belongs to the application. Setting its level is not enough: it also gets the events that other
/// loggers had not read when the system stopped.
/// </summary>
#pragma warning disable MA0097 // it is compared as every actor reference is
internal sealed class SilentLogger : MinimalLogger
#pragma warning restore MA0097
{
    /// <inheritdoc/>
    protected override void Log(object message)
    {
    }
}
