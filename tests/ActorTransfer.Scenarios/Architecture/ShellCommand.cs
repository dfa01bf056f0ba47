using System.Text;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>One command of a shell block: its words, without quotes, comments and assignments of variables before it.</summary>
/// <param name="Line">Line within the block, from 0.</param>
internal sealed record ShellCommand(int Line, IReadOnlyList<string> Words)
{
    /// <summary>
    /// Reads the commands of a block: one in each line, which a backslash continues, or several joined by <c>&amp;&amp;</c>, <c>;</c>, <c>|</c>.
    /// </summary>
    public static IEnumerable<ShellCommand> Read(string text)
    {
        var lines = text.Split('\n');
        for (var first = 0; first < lines.Length; first++)
        {
            var last = first;
            var line = new StringBuilder(lines[first]);
            while (line.Length > 0 && line[^1] == '\\' && last + 1 < lines.Length)
            {
                line.Length--;
                line.Append(' ').Append(lines[++last].Trim());
            }

            foreach (var words in Split(line.ToString()))
            {
                yield return new ShellCommand(first, words);
            }

            first = last;
        }
    }

    private static IEnumerable<List<string>> Split(string line)
    {
        var words = new List<string>();
        foreach (var word in WordsOf(line))
        {
            if (word is "&&" or ";" or "|")
            {
                yield return words;
                words = [];
            }
            else if (words.Count > 0 || !IsAssignment(word))
            {
                words.Add(word);
            }
        }

        if (words.Count > 0)
        {
            yield return words;
        }
    }

    private static IEnumerable<string> WordsOf(string line)
    {
        var word = new StringBuilder();
        var isWord = false;
        char? quote = null;
        foreach (var sign in line + " ")
        {
            if (quote is null && sign is '"' or '\'' || sign == quote)
            {
                quote = quote is null ? sign : null;
                isWord = true;
            }
            else if (quote is null && sign == '#' && !isWord)
            {
                yield break;
            }
            else if (quote is null && sign == ' ')
            {
                if (isWord)
                {
                    yield return word.ToString();
                }

                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(sign);
                isWord = true;
            }
        }

        Assert.True(quote is null, $"A quote is not closed: {line}");
    }

    private static bool IsAssignment(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        && word[..at].All(sign => char.IsAsciiLetterUpper(sign) || char.IsAsciiDigit(sign) || sign == '_');
}
