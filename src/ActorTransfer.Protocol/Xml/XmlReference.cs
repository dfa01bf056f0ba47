using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// One reference, from after <c>&amp;</c> to <c>;</c>: the five predefined entities and numeric characters. All others are refused and
/// never resolved (RFC 6120 §11.1), so text cannot grow by expansion.
/// </summary>
internal sealed class XmlReference
{
    // Longer than any reference XMPP allows; leading zeros are not stored.
    private const int MaxLength = 16;

    private readonly List<char> _name = [];
    private readonly char[] _units = new char[2];

    /// <summary>The replacement text, once <see cref="Take"/> was passed <c>;</c>.</summary>
    internal ReadOnlySpan<char> Text => _units.AsSpan(0, Length);

    /// <summary>The stream error for the reference, or null.</summary>
    internal string? Fault { get; private set; }

    private int Length { get; set; }

    internal void Begin() => _name.Clear();

    /// <summary>Takes one character; true when it was the last one or there is a <see cref="Fault"/>.</summary>
    internal bool Take(char c)
    {
        if (c == ';')
        {
            Resolve(CollectionsMarshal.AsSpan(_name));
            return true;
        }

        if (c != '#' && !XmlChars.MayBeInName(c))
        {
            Fault = StreamConditions.NotWellFormed;
        }
        else if (_name.Count == MaxLength)
        {
            Fault = _name[0] == '#' ? StreamConditions.NotWellFormed : StreamConditions.RestrictedXml;
        }

        if (c != '0' || _name is not (['#', '0'] or ['#', 'x', '0']))
        {
            _name.Add(c);
        }

        return Fault is not null;
    }

    private void Resolve(ReadOnlySpan<char> name)
    {
        var value = name switch
        {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            ['#', 'x', .. var digits] => Number(digits, NumberStyles.AllowHexSpecifier),
            ['#', .. var digits] => Number(digits, NumberStyles.None),
            _ => 0,
        };
        if (value == 0)
        {
            Fault = name.StartsWith('#') || !XmlChars.IsLocalName(name) ? StreamConditions.NotWellFormed : StreamConditions.RestrictedXml;
            return;
        }

        Length = new Rune(value).EncodeToUtf16(_units);
    }

    // 0, which is not valid in XML, if it is not a character.
    private static int Number(ReadOnlySpan<char> digits, NumberStyles style) =>
        uint.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) && value <= 0x10FFFF && XmlChars.IsChar((int)value)
            ? (int)value
            : 0;
}
