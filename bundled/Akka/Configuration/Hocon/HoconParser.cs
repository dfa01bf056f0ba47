using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads HOCON as Akka.NET 1.5 does, its limits included: no <c>include</c>, no <c>${?optional}</c>, no <c>+=</c>, a substitution
/// sees its own text only, and what follows a substitution in braces replaces it. Where Akka.NET silently skips what it does not
/// understand (stray signs, missing or surplus braces) this reader throws, so that a typo shows.
/// </summary>
internal sealed class HoconParser(string text)
{
    private const string NotInText = "$\"{}[]:=,#`^?!@*&\\";
    private const string NotInKey = NotInText + ".";

    private readonly List<HoconSubstitution> _substitutions = [];
    private int _at;

    private bool AtEnd => _at >= text.Length;

    private char Next => AtEnd ? '\0' : text[_at];

    private bool AtComment => At("#") || At("//");

    private bool AtBlank => Next is ' ' or '\t';

    private bool AtValue => Next is '{' or '[' or '"' || At("${") || AtWord(NotInText);

    public HoconRoot Parse()
    {
        var root = new HoconValue();
        SkipSpace();
        var braced = TryTake('{');
        ParseObject(root, braced);
        SkipSpace();
        if (!AtEnd)
            throw Unexpected();

        var config = new Config(new HoconRoot(root));
        foreach (var substitution in _substitutions)
        {
            substitution.ResolvedValue = config.GetValue(substitution.Path)
                ?? throw new FormatException($"Unresolved substitution: {substitution.Path}");
        }

        return new HoconRoot(root, _substitutions);
    }

    private static HoconObject ObjectIn(HoconValue owner)
    {
        if (!owner.IsObject())
            owner.NewValue(new HoconObject());
        return owner.GetObject();
    }

    private void ParseObject(HoconValue owner, bool braced)
    {
        var fields = ObjectIn(owner);
        while (true)
        {
            SkipSpace();
            if (AtEnd && !braced)
                return;
            if (braced && TryTake('}'))
                return;
            ParseField(fields);
        }
    }

    private void ParseField(HoconObject fields)
    {
        var key = Next == '"' ? TakeQuoted() : AtWord(NotInKey) ? TakeKey() : throw Unexpected();
        var value = fields.GetOrCreateKey(key);
        SkipSpace();
        if (TryTake('.'))
        {
            var inner = ObjectIn(value);
            SkipSpace();
            ParseField(inner);
        }
        else if (TryTake('{'))
        {
            ParseObject(value, braced: true);
        }
        else if (TryTake('=') || TryTake(':'))
        {
            // An object stays, to be merged with the one that may follow.
            if (!value.IsObject())
                value.Clear();
            ParseValue(value);
        }
        else
        {
            throw Unexpected();
        }
    }

    private void ParseValue(HoconValue owner)
    {
        SkipSpace();
        while (AtValue)
        {
            ParseElement(owner);
            var blanks = TakeWhile(() => AtBlank);
            if (blanks.Length > 0)
                owner.AppendValue(new HoconLiteral { Value = blanks });
        }

        TryTake(',');
    }

    private void ParseElement(HoconValue owner)
    {
        if (TryTake('{'))
        {
            ParseObject(owner, braced: true);
        }
        else if (TryTake('['))
        {
            owner.AppendValue(ParseArray());
        }
        else if (At("${"))
        {
            var substitution = TakeSubstitution();
            _substitutions.Add(substitution);
            owner.AppendValue(substitution);
        }
        else
        {
            var literal = At("\"\"\"") ? TakeTripleQuoted() : Next == '"' ? TakeQuoted() : TakeText();
            if (owner.IsObject())
                owner.Clear();
            owner.AppendValue(new HoconLiteral { Value = literal });
        }
    }

    private HoconArray ParseArray()
    {
        var items = new HoconArray();
        while (!TryTake(']'))
        {
            var start = _at;
            var item = new HoconValue();
            ParseValue(item);
            items.Add(item);
            SkipSpace();
            if (_at == start)
                throw Unexpected();
        }

        return items;
    }

    private HoconSubstitution TakeSubstitution()
    {
        _at += 2;
        var path = TakeWhile(() => AtWord(NotInText));
        if (path.Length == 0 || !TryTake('}'))
            throw Unexpected();
        return new HoconSubstitution(path);
    }

    private string TakeKey()
    {
        var key = TakeWhile(() => AtWord(NotInKey) || AtBlank).Trim();
        return key == "include" && Next == '"' ? throw new FormatException("HOCON include is not supported") : key;
    }

    private string TakeText()
    {
        var word = TakeWhile(() => AtWord(NotInText));
        if (Next is '=' or ':')
            throw new ConfigurationException(
                $"The unquoted text '{word}' runs into '{Next}': quote a value (an address, say), put an object in braces.");
        return word;
    }

    private string TakeTripleQuoted()
    {
        var start = _at + 3;
        var end = text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0)
            throw new FormatException("Triple quotes are not closed");
        _at = end + 3;
        return text[start..end];
    }

    private string TakeQuoted()
    {
        var result = new StringBuilder();
        for (_at++; !TryTake('"'); _at++)
        {
            if (AtEnd)
                throw new FormatException("Quotes are not closed");
            result.Append(Next == '\\' ? TakeEscape() : Next);
        }

        return result.ToString();
    }

    /// <summary>Leaves the position at the last character of the escape.</summary>
    private char TakeEscape()
    {
        _at++;
        switch (Next)
        {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case '"' or '\\' or '/':
                return Next;
            case 'u' when _at + 4 < text.Length:
                _at += 4;
                return (char)int.Parse(text.AsSpan(_at - 3, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default:
                throw new FormatException($"Unknown escape code: {Next}");
        }
    }

    private bool AtWord(string excluded) => !AtEnd && !char.IsWhiteSpace(Next) && !excluded.Contains(Next) && !AtComment;

    private bool At(string sign) => string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0;

    private bool TryTake(char sign)
    {
        if (AtEnd || text[_at] != sign)
            return false;
        _at++;
        return true;
    }

    private string TakeWhile(Func<bool> condition)
    {
        var start = _at;
        while (!AtEnd && condition())
            _at++;
        return text[start.._at];
    }

    private void SkipSpace()
    {
        while (!AtEnd && (char.IsWhiteSpace(Next) || AtComment))
        {
            if (AtComment)
                TakeWhile(() => Next != '\n');
            else
                _at++;
        }
    }

    private FormatException Unexpected()
    {
        var line = text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n') + 1;
        var rest = text[Math.Min(_at, text.Length)..].Split('\n')[0].Trim();
        return new FormatException(AtEnd ? "The text ends too early" : $"Unexpected text at line {line}: {rest}");
    }
}
