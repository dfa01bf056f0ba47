using System.Text;
using ActorTransfer.Protocol;

namespace ActorTransfer.Cli;

/// <summary>Output of a command, and prompts.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Failures and the log.</param>
/// <param name="IsLive"><paramref name="Out"/> is interactive: bars may be redrawn.</param>
/// <param name="IsErrorLive"><paramref name="Error"/> is interactive, on the same screen.</param>
/// <param name="AskSecret">Prompts for a line that is not echoed; null = not interactive.</param>
public sealed record Terminal(
    TextWriter Out, TextWriter Error, bool IsLive, bool IsErrorLive = false, Func<string, CancellationToken, Task<string>>? AskSecret = null)
{
    /// <summary>Maximum characters of a line; each name, JID or text of a peer is shorter.</summary>
    private const int MaxLine = 4 * PrintableText.DefaultLength;

    /// <summary>
    /// The process's own. Output for programs is UTF-8 in every locale. Standard output is reserved for the command: what libraries
    /// write to the console goes to standard error, so that <c>--json</c> output stays valid.
    /// </summary>
    public static Terminal OfProcess()
    {
        var output = Console.IsOutputRedirected ? Utf8(Console.OpenStandardOutput()) : Console.Out;
        Console.SetOut(Console.Error);
        return new(output, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, Console.IsInputRedirected ? null : AskAsync);
    }

    /// <summary>Makes a line safe for a terminal: all text output passes here or <see cref="Reports.LiveScreen"/>.</summary>
    internal static string Printable(string line) => PrintableText.Of(line, MaxLine);

    /// <summary>Writes a line of text.</summary>
    internal void WriteLine(string line) => Out.WriteLine(Printable(line));

    /// <summary>Writes a failure.</summary>
    internal void WriteError(string line) => Error.WriteLine(Printable(line));

    /// <summary>Writes a JSON object, flushed at once.</summary>
    internal void WriteJson(string json)
    {
        Out.WriteLine(json);
        Out.Flush();
    }

    private static TextWriter Utf8(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>The wait ends with the token; reading cannot be cancelled, but the process is about to end then.</summary>
    private static async Task<string> AskAsync(string request, CancellationToken ct)
    {
        await Console.Error.WriteAsync(request.AsMemory(), ct).ConfigureAwait(false);
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
