using System.Security.Cryptography;
using System.Text;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>The calculations of SCRAM with one hash function (RFC 5802 §3).</summary>
internal sealed class ScramHash
{
    internal static readonly ScramHash Sha256 = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
    internal static readonly ScramHash Sha1 = new("SCRAM-SHA-1", HashAlgorithmName.SHA1, SHA1.HashSizeInBytes);

    private readonly HashAlgorithmName _algorithm;
    private readonly int _length;

    private ScramHash(string name, HashAlgorithmName algorithm, int length)
    {
        Name = name;
        PlusName = name + "-PLUS";
        _algorithm = algorithm;
        _length = length;
    }

    /// <summary>The mechanism without channel binding.</summary>
    internal string Name { get; }

    /// <summary>The mechanism with channel binding.</summary>
    internal string PlusName { get; }

    /// <summary>The client's proof, and the signature that only a server with the account's keys can compute.</summary>
    internal (byte[] Proof, byte[] ServerSignature) Sign(string password, byte[] salt, int iterations, string authMessage)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, _algorithm, _length);
        var message = Encoding.UTF8.GetBytes(authMessage);
        var proof = Hmac(salted, "Client Key"u8);
        var signature = Hmac(Hash(proof), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= signature[i];
        }

        return (proof, Hmac(Hmac(salted, "Server Key"u8), message));
    }

#pragma warning disable CA5350 // RFC 5802 bases its first mechanism on SHA-1; it is secure in this use
    private byte[] Hash(byte[] data) => _algorithm == HashAlgorithmName.SHA1 ? SHA1.HashData(data) : SHA256.HashData(data);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) =>
        _algorithm == HashAlgorithmName.SHA1 ? HMACSHA1.HashData(key, data) : HMACSHA256.HashData(key, data);
#pragma warning restore CA5350
}
