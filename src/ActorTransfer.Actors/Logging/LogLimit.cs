using Akka.Event;

namespace ActorTransfer.Actors.Logging;

/// <summary>
/// Limits lines that a peer can cause as often as it likes: of each kind a few a minute are written; the next line after that minute is preceded by
/// the number of those that were not. Confined to an actor.
/// </summary>
/// <param name="log">Gets the lines.</param>
internal sealed class LogLimit(ILoggingAdapter log)
{
    /// <summary>Lines of one kind in <see cref="Window"/>.</summary>
    internal const int Most = 10;

    /// <summary>How long a line counts.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly LogLine s_suppressed =
        new(1100, "LinesSuppressed", LogLevel.WarningLevel, "{Count} similar lines suppressed: {Event}");

    private readonly Dictionary<LogLine, (DateTimeOffset Since, long Count)> _windows = [];

    public static LogLine Suppressed => s_suppressed;

    /// <param name="now">Current time.</param>
    /// <param name="line">The line.</param>
    /// <param name="values">Its values.</param>
    public void Write(DateTimeOffset now, LogLine line, params ReadOnlySpan<object?> values)
    {
        if (!log.IsEnabled(line.Level))
        {
            return;
        }

        var (since, count) = _windows.GetValueOrDefault(line, (now, 0));
        if (now - since >= Window)
        {
            if (count > Most)
            {
                log.Write(s_suppressed, count - Most, line.Name);
            }

            (since, count) = (now, 0);
        }

        _windows[line] = (since, count + 1);
        if (count < Most)
        {
            log.Write(line, values);
        }
    }
}
