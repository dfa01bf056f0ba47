using ActorTransfer.Protocol;

namespace ActorTransfer.Actors.Logging;

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
