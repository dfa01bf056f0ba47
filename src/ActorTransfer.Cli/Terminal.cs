using System.Text;

namespace ActorTransfer.Cli;

/// <summary>Where a command prints, and whom it may ask.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">One line about what went wrong, and the log.</param>
/// <param name="IsLive">A person watches <paramref name="Out"/>: bars may be redrawn.</param>
/// <param name="IsErrorLive">A person watches <paramref name="Error"/>, on the same screen.</param>
/// <param name="AskSecret">Asks a person for a line that is not shown; null = nobody is there.</param>
public sealed record Terminal(
    TextWriter Out, TextWriter Error, bool IsLive, bool IsErrorLive = false, Func<string, CancellationToken, Task<string>>? AskSecret = null)
{
    /// <summary>The process's own. What is read by programs is UTF-8, whatever the locale.</summary>
    public static Terminal OfProcess() => new(
        Console.IsOutputRedirected ? Utf8(Console.OpenStandardOutput()) : Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected,
        Console.IsInputRedirected ? null : AskAsync);

    private static TextWriter Utf8(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>The wait ends with the token although the terminal cannot be told to stop reading; the process is about to end then.</summary>
    private static async Task<string> AskAsync(string question, CancellationToken ct)
    {
        await Console.Error.WriteAsync(question.AsMemory(), ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(ReadHidden, ct).WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await Console.Error.WriteLineAsync().ConfigureAwait(false);
        }
    }

    private static string ReadHidden()
    {
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        return typed.ToString();
    }
}
