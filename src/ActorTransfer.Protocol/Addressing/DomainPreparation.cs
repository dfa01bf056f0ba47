using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Preparation of the domain of an address (RFC 7622 §3.2): lower case, NFC, one trailing dot removed, <c>xn--</c> labels decoded. IP
/// literals are unchanged. Characters as in <see cref="JidPreparation"/>.
/// </summary>
internal static class DomainPreparation
{
    private const int MaxLabelLength = 63;
    private const string AcePrefix = "xn--";

    /// <summary>The server decides which characters a name may have, see <see cref="JidPreparation"/>.</summary>
    private static readonly IdnMapping s_idn = new() { AllowUnassigned = true };

    private static readonly SearchValues<char> PlainDomain = SearchValues.Create("-.0123456789_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Null and the prepared domain, or a description of the error.</summary>
    internal static string? Prepare(string text, out string prepared)
    {
        prepared = text;
        if (text.StartsWith('['))
        {
            return text.EndsWith(']') && IPAddress.TryParse(text.AsSpan(1, text.Length - 2), out var address)
                && address.AddressFamily == AddressFamily.InterNetworkV6 && !text.Contains('%', StringComparison.Ordinal)
                ? null
                : "the domain looks like an IPv6 address but is not one; write [2001:db8::1]";
        }

        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        prepared = text;
        if (text.AsSpan().ContainsAnyExcept(PlainDomain))
        {
            if (!JidCharacters.IsSoundUtf16(text))
            {
                return "the domain contains an unpaired surrogate";
            }

            if (JidPreparation.Unprepared(text) is { } problem)
            {
                return $"the domain {problem}";
            }

            prepared = Ascii.IsValid(text) ? text.ToLowerInvariant() : Normalization.Nfc(JidCharacters.LowerCase(text));
        }

        if (prepared.Contains(AcePrefix, StringComparison.Ordinal))
        {
            if (Normalization.Unavailable is { } problem)
            {
                return $"the domain {problem}";
            }

            prepared = DecodeLabels(prepared) ?? "";
            if (prepared.Length == 0)
            {
                return "the domain has an invalid xn-- label; write the name itself";
            }
        }

        return CheckLabels(prepared) ?? JidPreparation.CheckLength(prepared, "the domain");
    }

    private static string? DecodeLabels(string domain)
    {
        var labels = domain.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!labels[i].StartsWith(AcePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            // A label must be in prepared form, otherwise two spellings of one domain would differ.
            if (labels[i].Length > MaxLabelLength
                || Decode(labels[i]) is not { } decoded
                || Ascii.IsValid(decoded)
                || Normalization.Nfc(JidCharacters.LowerCase(decoded)) != decoded)
            {
                return null;
            }

            labels[i] = decoded;
        }

        return string.Join('.', labels);
    }

    private static string? Decode(string label)
    {
        try
        {
            return s_idn.GetUnicode(label);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? CheckLabels(string domain)
    {
        foreach (var rune in domain.EnumerateRunes())
        {
            if (rune.IsAscii ? !PlainDomain.Contains((char)rune.Value) : JidCharacters.IsHidden(rune) || JidCharacters.IsSeparator(rune))
            {
                return $"the domain must not contain {JidCharacters.Show(rune)}";
            }
        }

        foreach (var label in domain.AsSpan().Split('.'))
        {
            if (domain.AsSpan(label) is { Length: 0 or > MaxLabelLength })
            {
                return $"the domain must have 1 to {MaxLabelLength} characters between its dots";
            }
        }

        return null;
    }
}
