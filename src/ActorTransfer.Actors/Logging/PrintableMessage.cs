using ActorTransfer.Protocol;
using Akka.Event;

namespace ActorTransfer.Actors.Logging;

/// <summary>A message with printable values. One without a template gets one.</summary>
internal sealed class PrintableMessage : LogMessage
{
    private readonly object[] _values;

    public PrintableMessage(ILogMessageFormatter formatter, LogMessage original)
        : base(formatter, original.Format) => _values = [.. original.Parameters().Select(value => LoggedValue.Of(value))];

    public PrintableMessage(ILogMessageFormatter formatter, object? text)
        : base(formatter, "{Message}") => _values = [PrintableText.Of(text?.ToString(), LoggedValue.MaxMessage)];

    public override string ToString() => Formatter.Format(Format, _values);

    public override string Unformatted() => string.Join(',', _values);

    public override IEnumerable<object> Parameters() => _values;
}
