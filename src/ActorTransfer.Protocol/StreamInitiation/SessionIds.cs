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

    /// <summary>Whether an id of a peer is accepted: any text of 1 to 128 characters.</summary>
    public static bool IsAcceptable([NotNullWhen(true)] string? sessionId) => sessionId is { Length: > 0 and <= MaxLength };
}
