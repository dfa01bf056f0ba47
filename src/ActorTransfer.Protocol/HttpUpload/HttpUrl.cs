namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>URLs of servers and peers, which are untrusted input.</summary>
internal static class HttpUrl
{
    private const int MaxLength = 4096;

    /// <summary>
    /// The URL; null unless it is an absolute <c>https</c> URL with a host and without user information, or such an <c>http</c> URL where
    /// <paramref name="allowsPlainHttp"/>. Who connects checks the address, which for <c>http</c> must be the loopback.
    /// </summary>
    public static Uri? Read(string? text, bool allowsPlainHttp) =>
        text is { Length: <= MaxLength } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && IsAllowed(url, allowsPlainHttp) ? url : null;

    /// <summary>Whether the URL meets the same rules.</summary>
    public static bool IsAllowed(Uri url, bool allowsPlainHttp) =>
        url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttps || (allowsPlainHttp && url.Scheme == Uri.UriSchemeHttp))
        && url.Host.Length > 0
        && url.UserInfo.Length == 0;

    /// <summary>For logs and texts: host and port. The path and the rest are secrets: they are enough to get the file.</summary>
    public static string Describe(Uri url) => $"{url.Host}:{url.Port}";
}
