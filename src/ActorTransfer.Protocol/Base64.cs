using System.Buffers;
using System.Text;

namespace ActorTransfer.Protocol;

/// <summary>Base64 by RFC 6120 §6.4: no white space, always padded, <c>=</c> for empty data.</summary>
internal static class Base64
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes, or null.</summary>
    internal static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return !text.AsSpan().ContainsAnyExcept(Alphabet) && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>Encodes a SASL message as the text of an element.</summary>
    internal static string FromText(string text) => text.Length == 0 ? "=" : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Decodes the text of an element; null when it is not valid base64 or UTF-8.</summary>
    internal static string? ToText(string content)
    {
        var text = content.Trim();
        if (text is "" or "=")
        {
            return "";
        }

        try
        {
            return Decode(text) is { } bytes ? Strict.GetString(bytes) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
