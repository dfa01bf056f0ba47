using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>Ids of streams: the id of an offer is the sid of the stream that follows it. Source: XEP-0095 §3, XEP-0065 §5.3.1.</summary>
internal static class SessionIds
{
    /// <summary>Maximum length in characters. ejabberd's proxy refuses to activate a stream with a longer id.</summary>
    public const int MaxLength = 128;

    private const int RandomBytes = 16;

    /// <summary>48 of the 128 random bits.</summary>
    private const int LoggedLength = 8;

    /// <summary>
    /// 128 random bits as 22 base64url characters, which are an NMTOKEN as XEP-0047 requires. An attacker who can guess the id can hijack
    /// the stream.
    /// </summary>
    public static string Random()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// For logs and traces, the beginning only: a client that knows the whole id can take over the stream, and end a Jingle session at peers that do not compare
    /// its sender (Gajim, Dino and Libervia). Both sides of a session shorten it alike.
    /// </summary>
    public static string Shorten(string sessionId) =>
        sessionId.Length == 0 ? "" : string.Concat(sessionId.AsSpan(0, Math.Min(LoggedLength, sessionId.Length / 2)), "…");

    /// <summary>Whether an id of a peer is accepted: any text of 1 to 128 characters.</summary>
    public static bool IsAcceptable([NotNullWhen(true)] string? sessionId) => sessionId is { Length: > 0 and <= MaxLength };
}
