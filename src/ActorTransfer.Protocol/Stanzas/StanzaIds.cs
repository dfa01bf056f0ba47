using System.Buffers.Text;
using System.Security.Cryptography;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>Ids that cannot be guessed, so that a third entity cannot forge a response.</summary>
internal static class StanzaIds
{
    private const int RandomBytes = 16;

    /// <summary>128 random bits as 22 base64url characters.</summary>
    public static string Random()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
