using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>
/// Reads HOCON that people write. Akka's parser takes a text that was cut off in the middle for a whole one, and a limit that is missing is no limit:
/// here what is not closed is an error.
/// </summary>
internal static class HoconText
{
    private const string LongQuote = "\"\"\"";

    /// <summary>Reads settings.</summary>
    /// <exception cref="ConfigurationException">It is no HOCON. The message says where, as far as that is known.</exception>
    public static Config Parse(string text)
    {
        Check(text);
        try
        {
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw new ConfigurationException(fault.Message, fault); // the parser throws bare exceptions, too
        }
    }

    /// <summary>Whether all that opens closes: braces, brackets and quotes.</summary>
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
                    break;
                case '}' or ']':
                    if (!open.TryPop(out var opened) || opened.Sign != (text[at] == '}' ? '{' : '['))
                    {
                        throw new ConfigurationException($"line {line}: '{text[at]}' closes nothing");
                    }

                    break;
            }
        }

        if (open.TryPop(out var left))
        {
            throw new ConfigurationException($"line {left.Line}: '{left.Sign}' is not closed");
        }
    }

    /// <summary>Where a quoted text is over; beyond the whole when it does not end.</summary>
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
