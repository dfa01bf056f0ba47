using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Protocol;

namespace ActorTransfer.Actors.Logging;

/// <summary>Makes values of log events printable: text with unprintable characters is escaped; other values keep their type.</summary>
internal static class LoggedValue
{
    /// <summary>Maximum characters of a message without a template, which contains several values.</summary>
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

/// <summary>Replaces an exception whose messages contain text of a peer or server; line breaks of its stack trace are kept.</summary>
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

    /// <summary>The exception itself if it is printable.</summary>
    public static Exception? Of(Exception? original) => original is null || IsPrintable(original) ? original : new LoggedException(original);

    public override string ToString() => _text;

    private static bool IsPrintable(Exception exception) =>
        PrintableText.IsPrintable(exception.Message)
        && (exception is not AggregateException many || many.InnerExceptions.All(IsPrintable))
        && (exception.InnerException is not { } inner || IsPrintable(inner));
}
