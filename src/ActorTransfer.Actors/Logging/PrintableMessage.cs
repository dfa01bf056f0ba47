using ActorTransfer.Protocol;
using Akka.Event;

namespace ActorTransfer.Actors.Logging;

/// <summary>A message with printable values. One without a template gets one.</summary>
internal sealed class PrintableMessage : LogMessage
{
    private readonly object[] _values;

    public PrintableMessage(ILogMessageFormatter formatter, LogLine line, LogScope? scope, ReadOnlySpan<object?> values)
        : base(formatter, line.Template)
    {
        (Line, Scope) = (line, scope);
        _values = new object[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            _values[at] = LoggedValue.Of(values[at])!;
        }
    }

    public PrintableMessage(ILogMessageFormatter formatter, LogMessage original)
        : base(formatter, original.Format)
    {
        _values = [.. original.Parameters().Select(value => LoggedValue.Of(value))];
        (Line, Scope) = original is PrintableMessage { Line: var line, Scope: var scope } ? (line, scope) : default;
    }

    public PrintableMessage(ILogMessageFormatter formatter, object? text)
        : base(formatter, "{Message}") => _values = [PrintableText.Of(text?.ToString(), LoggedValue.MaxMessage)];

    /// <summary>Its kind; null: a line of Akka or of the application.</summary>
    public LogLine? Line { get; }

    /// <summary>The transfer that it is about; null = none.</summary>
    public LogScope? Scope { get; }

    public override string ToString() => Formatter.Format(Format, _values);

    public override string Unformatted() => string.Join(',', _values);

    public override IEnumerable<object> Parameters() => _values;
}
