using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Protocol;

namespace ActorTransfer.Actors.Logging;

/// <summary>Values of log events as they may be written. A value that is not printable becomes text that is; others keep their type.</summary>
internal static class LoggedValue
{
    /// <summary>Characters of a message without a template, which holds more than one value.</summary>
    public const int MaxMessage = 8 * PrintableText.DefaultLength;

    [return: NotNullIfNotNull(nameof(value))]
    public static object? Of(object? value)
    {
        if (value is null or bool or Enum or TimeSpan or DateTimeOffset || (value is IConvertible and not (string or char)))
        {
            return value;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return PrintableText.IsPrintable(text) ? value : PrintableText.Of(text);
    }
}

/// <summary>Stands for an exception whose messages hold what a peer or server wrote; line breaks of its stack trace stay.</summary>
internal sealed class LoggedException : Exception
{
    private readonly string _text;

    private LoggedException(Exception original)
        : base(PrintableText.Of(original.Message), original.InnerException is { } inner ? Of(inner) : null)
    {
        var trace = original.StackTrace is { } stack ? $"{Environment.NewLine}{stack}" : "";
        var cause = InnerException is { } within ? $"{Environment.NewLine} ---> {within}" : "";
        _text = $"{original.GetType().FullName}: {Message}{cause}{trace}";
    }

    /// <summary>The exception itself if everything in it is printable.</summary>
    public static Exception? Of(Exception? original) => original is null || IsPrintable(original) ? original : new LoggedException(original);

    public override string ToString() => _text;

    private static bool IsPrintable(Exception exception) =>
        PrintableText.IsPrintable(exception.Message)
        && (exception is not AggregateException many || many.InnerExceptions.All(IsPrintable))
        && (exception.InnerException is not { } inner || IsPrintable(inner));
}
