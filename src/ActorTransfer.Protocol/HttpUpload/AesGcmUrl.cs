namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>Key and initialization vector of an encrypted upload.</summary>
/// <param name="Iv">12 bytes; older clients use 16.</param>
/// <param name="Key">32 bytes.</param>
internal sealed record AesGcmKey(ReadOnlyMemory<byte> Iv, ReadOnlyMemory<byte> Key)
{
    public const int IvLength = 12;
    public const int OldIvLength = 16;
    public const int KeyLength = 32;

    /// <summary>Length of the authentication tag, which follows the encrypted bytes.</summary>
    public const int TagLength = 16;

    /// <summary>No secret in a log.</summary>
    public override string ToString() => nameof(AesGcmKey);
}

/// <summary>URLs of encrypted files: <c>aesgcm:</c> in place of <c>https:</c>, and vector and key in hexadecimal as the fragment. Source: XEP-0454.</summary>
internal static class AesGcmUrl
{
    private const string Scheme = "aesgcm:";

    /// <summary>The URL to publish for an <c>https</c> URL.</summary>
    public static string Write(Uri url, AesGcmKey key) =>
        Scheme + url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped)[(url.Scheme.Length + 1)..]
            + "#" + Convert.ToHexStringLower(key.Iv.Span) + Convert.ToHexStringLower(key.Key.Span);

    /// <summary>Whether the text has the form of such a URL.</summary>
    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses a URL; null if it is not valid.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="allowsPlainHttp">The file is at an <c>http</c> URL: for laboratories only, since the form does not tell.</param>
    public static (Uri Url, AesGcmKey Key)? Read(string text, bool allowsPlainHttp)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (!Is(text) || hash < 0 || ReadKey(text[(hash + 1)..]) is not { } key)
        {
            return null;
        }

        var scheme = allowsPlainHttp ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        return HttpUrl.Read($"{scheme}:{text[Scheme.Length..hash]}", allowsPlainHttp) is { } url ? (url, key) : null;
    }

    private static AesGcmKey? ReadKey(string hex)
    {
        var ivLength = (hex.Length / 2) - AesGcmKey.KeyLength;
        if (hex.Length % 2 != 0 || ivLength is not (AesGcmKey.IvLength or AesGcmKey.OldIvLength) || !hex.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        ReadOnlyMemory<byte> bytes = Convert.FromHexString(hex);
        return new AesGcmKey(bytes[..ivLength], bytes[ivLength..]);
    }
}
