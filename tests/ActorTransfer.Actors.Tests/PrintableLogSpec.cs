using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.Tests;

/// <summary>Log events of actors that contain text of peers.</summary>
public sealed class PrintableLogSpec
{
    private const string Forged = "a\n[12:00:00 ERR] b\u202E";
    private const string Shown = "a\\u{000A}[12:00:00 ERR] b\\u{202E}";
    private readonly Recorder _recorder = new();
    private readonly PrintableLog _log;

    public PrintableLogSpec() => _log = new PrintableLog(_recorder);

    [Fact]
    public void Text_values_must_be_printable_and_others_must_keep_their_type()
    {
        _log.Info("Transfer {TransferId} of {File} took {Time}", 7L, Forged, TimeSpan.FromSeconds(1));

        var message = Assert.IsAssignableFrom<LogMessage>(_recorder.Message);
        Assert.Equal($"Transfer 7 of {Shown} took 00:00:01", message.ToString());
        Assert.Equal("Transfer {TransferId} of {File} took {Time}", message.Format);
        Assert.Equal(7L, message.GetProperties()["TransferId"]);
        Assert.Equal(Shown, message.GetProperties()["File"]);
        Assert.Equal(TimeSpan.FromSeconds(1), message.GetProperties()["Time"]);
    }

    [Fact]
    public void A_message_without_a_template_must_be_printable()
    {
        _log.Warning(Forged);

        Assert.Equal(Shown, $"{_recorder.Message}");
    }

    [Fact]
    public void An_exception_must_be_printable_with_its_causes_and_unchanged_if_it_is_already()
    {
        var harmless = new IOException("no");
        _log.Error(harmless, "It failed: {Reason}", "no");
        Assert.Same(harmless, _recorder.Cause);

        _log.Error(new IOException("outer", new InvalidDataException(Forged)), "It failed: {Reason}", Forged);
        Assert.Contains($"System.IO.InvalidDataException: {Shown}", $"{_recorder.Cause}", StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: outer", $"{_recorder.Cause}", StringComparison.Ordinal);
        Assert.DoesNotContain(Forged, $"{_recorder.Cause}", StringComparison.Ordinal);
    }

    private sealed class Recorder() : LoggingAdapterBase(SemanticLogMessageFormatter.Instance)
    {
        public object? Message { get; private set; }

        public Exception? Cause { get; private set; }

        public override bool IsDebugEnabled => true;

        public override bool IsInfoEnabled => true;

        public override bool IsWarningEnabled => true;

        public override bool IsErrorEnabled => true;

        protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null) => (Message, Cause) = (message, cause);
    }
}
