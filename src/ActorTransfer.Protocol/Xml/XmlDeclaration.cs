using System.Text;
using System.Text.RegularExpressions;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// The XML declaration, from after <c>&lt;?</c> to <c>?&gt;</c>, allowed at the start of a stream only (RFC 6120 §11.5). All other
/// processing instructions are refused.
/// </summary>
internal sealed partial class XmlDeclaration
{
    private const int MaxLength = 128;
    private const string Target = "xml";

    private readonly StringBuilder _text = new();

    /// <summary>The stream error for the text, or null.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Takes one character; true when it was the last one or there is a <see cref="Fault"/>.</summary>
    internal bool Take(char c)
    {
        var at = _text.Append(c).Length - 1;
        var isTarget = at < Target.Length ? c == Target[at] : at > Target.Length || c == '?' || XmlChars.IsSpace(c);
        Fault = !isTarget ? StreamConditions.RestrictedXml
            : at == MaxLength || c == '<' ? StreamConditions.NotWellFormed
            : c == '>' ? Judge(_text.ToString())
            : null;
        return Fault is not null || c == '>';
    }

    private static string? Judge(string text) =>
        Pattern().Match(text) is not { Success: true } match ? StreamConditions.NotWellFormed
        : match.Groups["encoding"] is { Success: true } name && !name.ValueSpan.Equals("UTF-8", StringComparison.OrdinalIgnoreCase)
            ? StreamConditions.UnsupportedEncoding
            : null;

    [GeneratedRegex(
        """^xml\s+version\s*=\s*('1\.[0-9]+'|"1\.[0-9]+")""" +
        """(\s+encoding\s*=\s*('(?<encoding>[A-Za-z][\w.-]*)'|"(?<encoding>[A-Za-z][\w.-]*)"))?""" +
        """(\s+standalone\s*=\s*('(yes|no)'|"(yes|no)"))?\s*\?>$""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
