using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>
/// Parses HOCON of configuration files. Akka's parser accepts truncated text, and a missing limit would not be applied:
/// unclosed braces, brackets and quotes are errors here.
/// </summary>
internal static class HoconText
{
    /// <summary>More levels than settings have; Akka's parser uses the stack for each, which ends the process when it is used up.</summary>
    private const int MaxDepth = 64;

    private const string LongQuote = "\"\"\"";

    /// <summary>Reads settings.</summary>
    /// <exception cref="ConfigurationException">It is not valid HOCON. The message tells where, if known.</exception>
    public static Config Parse(string text)
    {
        Check(text);
        try
        {
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw new ConfigurationException(fault.Message, fault); // the parser also throws untyped exceptions
        }
    }

    /// <summary>Checks that braces, brackets and quotes are closed.</summary>
    private static void Check(string text)
    {
        var open = new Stack<(char Sign, int Line)>();
        var line = 1;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when text.AsSpan(at).StartsWith("//"):
                    at = text.IndexOf('\n', at) is >= 0 and var next ? next - 1 : text.Length;
                    break;
                case '"':
                    var end = text.AsSpan(at).StartsWith(LongQuote) ? EndOfLong(text, at + LongQuote.Length) : EndOfQuoted(text, at + 1);
                    if (end > text.Length)
                    {
                        throw new ConfigurationException($"line {line}: '\"' is not closed");
                    }

                    line += text.AsSpan(at, end - at).Count('\n');
                    at = end - 1;
                    break;
                case '{' or '[':
                    open.Push((text[at], line));
                    if (open.Count > MaxDepth)
                    {
                        throw new ConfigurationException($"line {line}: more than {MaxDepth} levels of braces and brackets");
                    }

                    break;
                case '}' or ']':
                    if (!open.TryPop(out var opened) || opened.Sign != (text[at] == '}' ? '{' : '['))
                    {
                        throw new ConfigurationException($"line {line}: '{text[at]}' has no opening counterpart");
                    }

                    break;
            }
        }

        if (open.TryPop(out var left))
        {
            throw new ConfigurationException($"line {left.Line}: '{left.Sign}' is not closed");
        }
    }

    /// <summary>End of a quoted text; beyond the end of the input when it is not closed.</summary>
    private static int EndOfLong(string text, int from) =>
        text.IndexOf(LongQuote, from, StringComparison.Ordinal) is >= 0 and var at ? at + LongQuote.Length : text.Length + 1;

    private static int EndOfQuoted(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                return at + 1;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return text.Length + 1;
    }
}
