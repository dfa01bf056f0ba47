using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.Tests;

/// <summary>Lines that a peer can cause as often as it likes.</summary>
public sealed class LogLimitSpec
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LogLine s_line = new(9001, "Refused", LogLevel.InfoLevel, "Refused an offer of {Peer}");
    private static readonly LogLine s_other = new(9002, "Other", LogLevel.InfoLevel, "Another line");
    private readonly Recorder _log = new();
    private readonly LogLimit _limit;

    public LogLimitSpec() => _limit = new LogLimit(_log);

    [Fact]
    public void Flood_must_be_cut_to_a_few_lines_and_their_number_reported_afterwards()
    {
        for (var number = 0; number < 1000; number++)
        {
            _limit.Write(s_noon.AddMilliseconds(number), s_line, "mallory@example.org");
        }

        Assert.Equal(Enumerable.Repeat("Refused an offer of mallory@example.org", LogLimit.Most), _log.Lines);
        _log.Lines.Clear();
        _limit.Write(s_noon + LogLimit.Window, s_line, "bob@example.org");
        Assert.Equal(["990 similar lines suppressed: Refused", "Refused an offer of bob@example.org"], _log.Lines);
    }

    [Fact]
    public void Another_kind_of_line_must_not_be_affected()
    {
        for (var number = 0; number < 1000; number++)
        {
            _limit.Write(s_noon, s_line, "mallory@example.org");
        }

        _limit.Write(s_noon, s_other);
        Assert.Equal("Another line", _log.Lines[^1]);
    }

    private sealed class Recorder : ILoggingAdapter
    {
        public List<string> Lines { get; } = [];

        public ILogMessageFormatter Formatter => SemanticLogMessageFormatter.Instance;

        public bool IsDebugEnabled => true;

        public bool IsInfoEnabled => true;

        public bool IsWarningEnabled => true;

        public bool IsErrorEnabled => true;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log(LogLevel logLevel, Exception? cause, string format) => Lines.Add(format);

        public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => Lines.Add($"{message}");
    }
}
