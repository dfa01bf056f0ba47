namespace ActorTransfer.Cli;

/// <summary>Where a command prints.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">One line about what went wrong, and the log.</param>
/// <param name="IsLive">A person watches <paramref name="Out"/>: bars may be redrawn.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, bool IsLive)
{
    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected);
}
