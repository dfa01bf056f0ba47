using Akka.Event;

namespace ActorTransfer.Hosting.Logging;

/// <summary>
/// In the place of Akka's logger to standard output, which is the application's. Its level alone does not keep it silent: it also gets what the loggers had not
/// read when the system stopped.
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
