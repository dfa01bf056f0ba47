using System.Text;
using ActorTransfer.Protocol;

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
    /// <summary>Characters of a line: names, JIDs and texts of a peer are shorter each.</summary>
    private const int MaxLine = 4 * PrintableText.DefaultLength;

    /// <summary>
    /// The process's own. What is read by programs is UTF-8, whatever the locale. Standard output is the command's alone from now on: what libraries
    /// write to the console goes to standard error, so that <c>--json</c> holds what it says.
    /// </summary>
    public static Terminal OfProcess()
    {
        var output = Console.IsOutputRedirected ? Utf8(Console.OpenStandardOutput()) : Console.Out;
        Console.SetOut(Console.Error);
        return new(output, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, Console.IsInputRedirected ? null : AskAsync);
    }

    /// <summary>A line for people as a terminal may get it: everything that is printed for them passes here, or <see cref="Reports.LiveScreen"/>.</summary>
    internal static string Printable(string line) => PrintableText.Of(line, MaxLine);

    /// <summary>Writes a line for people.</summary>
    internal void WriteLine(string line) => Out.WriteLine(Printable(line));

    /// <summary>Writes a line about what went wrong.</summary>
    internal void WriteError(string line) => Error.WriteLine(Printable(line));

    /// <summary>Writes an object for programs, at once.</summary>
    internal void WriteJson(string json)
    {
        Out.WriteLine(json);
        Out.Flush();
    }

    private static TextWriter Utf8(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>The wait ends with the token although the terminal cannot be told to stop reading; the process is about to end then.</summary>
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
