using System.Buffers;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorTransfer.Actors.Settings;

/// <summary>
/// Parses HOCON of configuration files. Akka's parser accepts truncated text, and a missing limit would not be applied:
/// unclosed braces, brackets and quotes are errors here. It also adds elements to a list without end when it meets a sign in it with which no value begins,
/// and follows a substitution that refers to itself until the stack is used up.
/// </summary>
internal static class HoconText
{
    /// <summary>More levels than settings have; Akka's parser uses the stack for each, which ends the process when it is used up.</summary>
    private const int MaxDepth = 64;

    /// <summary>Levels and substitutions, one in another: more than settings have.</summary>
    private const int MaxChain = 256;

    private const string Quote = "\"";
    private const string LongQuote = "\"\"\"";

    /// <summary>No value begins with one of these, and no unquoted text contains them.</summary>
    private const string NotInLists = "$:=`^?!@*&\\";

    private static readonly SearchValues<char> s_inPaths = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Reads settings.</summary>
    /// <exception cref="ConfigurationException">It is not valid HOCON. The message tells where, if known.</exception>
    public static Config Parse(string text)
    {
        Check(text);
        try
        {
            var config = ConfigurationFactory.ParseString(text);
            CheckSubstitutions(config.Root, [], new HashSet<HoconValue>(ReferenceEqualityComparer.Instance));
            return config;
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw new ConfigurationException(fault.Message, fault); // the parser also throws untyped exceptions
        }
    }

    /// <summary>Checks that braces, brackets and quotes are closed, and what is in lists.</summary>
    private static void Check(string text)
    {
        var open = new Stack<(char Sign, int Line)>();
        var line = 1;
        var (last, lineOfLast) = ('\n', 1); // of what has a meaning
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '{' && IsNoKey(open, last, lineOfLast < line))
            {
                throw new ConfigurationException($"line {line}: '{{' where a key should be");
            }

            if (!char.IsWhiteSpace(text[at]) && text[at] != '#' && !text.AsSpan(at).StartsWith("//"))
            {
                (last, lineOfLast) = (text[at], line);
            }

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
                    var quote = text.AsSpan(at).StartsWith(LongQuote) ? LongQuote : Quote;
                    var end = EndOfQuoted(text, at + quote.Length, quote);
                    if (end > text.Length)
                    {
                        throw new ConfigurationException($"line {line}: '\"' is not closed");
                    }

                    line += text.AsSpan(at, end - at).Count('\n');
                    lineOfLast = line;
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
                case '$' when IsList(open) && EndOfSubstitution(text, at) is >= 0 and var closed:
                    at = closed;
                    break;
                case var sign when NotInLists.Contains(sign, StringComparison.Ordinal) && IsList(open):
                    throw new ConfigurationException($"line {line}: text with '{sign}' in a list needs quotes");
            }
        }

        if (open.TryPop(out var left))
        {
            throw new ConfigurationException($"line {left.Line}: '{left.Sign}' is not closed");
        }
    }

    /// <param name="value">What is checked.</param>
    /// <param name="above">The values that contain it or refer to it.</param>
    /// <param name="known">The values that were checked.</param>
    private static void CheckSubstitutions(HoconValue value, List<HoconValue> above, HashSet<HoconValue> known)
    {
        if (above.Exists(other => ReferenceEquals(other, value)))
        {
            throw new ConfigurationException("a substitution refers to itself");
        }

        if (above.Count > MaxChain)
        {
            throw new ConfigurationException($"more than {MaxChain} substitutions refer to one another");
        }

        if (!known.Add(value))
        {
            return;
        }

        above.Add(value);
        foreach (var inner in value.Values.SelectMany(ValuesOf))
        {
            CheckSubstitutions(inner, above, known);
        }

        above.RemoveAt(above.Count - 1);
    }

    private static IEnumerable<HoconValue> ValuesOf(IHoconElement element) => element switch
    {
        HoconObject inner => inner.Items.Values,
        HoconArray list => list,
        HoconSubstitution { ResolvedValue: { } value } => [value],
        _ => [],
    };

    /// <summary>Whether an object begins in an object without a key before it. In a list, Akka's parser does not end then.</summary>
    private static bool IsNoKey(Stack<(char Sign, int Line)> open, char last, bool isNewLine) =>
        open.TryPeek(out var innermost) && innermost.Sign == '{' && (last is '{' or ',' || (last == '}' && isNewLine));

    private static bool IsList(Stack<(char Sign, int Line)> open) => open.TryPeek(out var innermost) && innermost.Sign == '[';

    /// <summary>Its closing brace; negative when Akka's parser would stop before it, as it does at the sign of an optional one.</summary>
    private static int EndOfSubstitution(string text, int at)
    {
        const string Start = "${";
        var path = text.AsSpan(at).StartsWith(Start) ? text.AsSpan(at + Start.Length).IndexOfAnyExcept(s_inPaths) : -1;
        var end = at + Start.Length + path;
        return path >= 0 && text[end] == '}' ? end : -1;
    }

    /// <summary>End of a quoted text; beyond the end of the input when it is not closed.</summary>
    private static int EndOfQuoted(string text, int from, string quote)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text.AsSpan(at).StartsWith(quote))
            {
                return at + quote.Length;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return text.Length + 1;
    }
}
