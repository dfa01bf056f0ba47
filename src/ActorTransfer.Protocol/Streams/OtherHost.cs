using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Protocol.Streams;

/// <summary>The address a server redirects its client to (<c>see-other-host</c>, RFC 6120 §4.9.3.19).</summary>
/// <param name="Host">Name in ASCII, or address without brackets.</param>
/// <param name="Port">Null = the default port.</param>
internal sealed record OtherHost(string Host, int? Port)
{
    /// <summary>Maximum number of redirects in a row; RFC 6120 recommends at least 2 and at most 5.</summary>
    public const int MaxRedirects = 5;

    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;
    private static readonly IdnMapping s_idn = new();

    /// <summary>Parses <c>host</c>, <c>host:port</c>, <c>address</c>, <c>[address]</c> or <c>[address]:port</c>; null when invalid.</summary>
    public static OtherHost? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            return end > 0 && IsAddress(text[1..end], AddressFamily.InterNetworkV6) ? At(text[1..end], text[(end + 1)..]) : null;
        }

        if (IsAddress(text, AddressFamily.InterNetworkV6))
        {
            return new OtherHost(text, null);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return Name(colon < 0 ? text : text[..colon]) is { } name ? At(name, colon < 0 ? "" : text[colon..]) : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host) + (Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "");

    private static OtherHost? At(string host, string port) => port switch
    {
        "" => new OtherHost(host, null),
        [':', .. var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 =>
            new OtherHost(host, number),
        _ => null,
    };

    private static string? Name(string text)
    {
        if (IsAddress(text, AddressFamily.InterNetwork))
        {
            return text;
        }

        try
        {
            var name = text.All(char.IsAscii) ? text : s_idn.GetAscii(text);
            var labels = (name.EndsWith('.') ? name[..^1] : name).Split('.');
            return name.Length <= MaxNameLength && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit) ? name : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength && label[0] != '-' && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Short and hexadecimal forms of IPv4 and zones are not accepted.</summary>
    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 ? !text.Contains('%', StringComparison.Ordinal) && !text.StartsWith('[') : address.ToString() == text);
}
