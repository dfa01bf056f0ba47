using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ActorTransfer.Protocol.Hashes;

/// <summary>A hash function that this side can compute. Sources: XEP-0300, XEP-0414.</summary>
/// <param name="Name">Its name in XEP-0300.</param>
/// <param name="Length">Length of its values in bytes.</param>
/// <param name="Algorithm">Its implementation; null = BLAKE2b, which .NET has not.</param>
/// <param name="IsStrong">An equal value proves equal content. Against MD5 and SHA-1 a sender can prepare two files with the same value.</param>
/// <param name="IsSupported">This machine can compute it: SHA-3 needs OpenSSL 1.1.1 or later, for example.</param>
internal sealed record HashFunction(string Name, int Length, HashAlgorithmName? Algorithm, bool IsStrong, bool IsSupported = true)
{
    public static readonly HashFunction Sha256 = new("sha-256", SHA256.HashSizeInBytes, HashAlgorithmName.SHA256, IsStrong: true);

    /// <summary>The strongest first. All others are ignored.</summary>
    public static readonly ImmutableArray<HashFunction> All =
    [
        new("sha-512", SHA512.HashSizeInBytes, HashAlgorithmName.SHA512, IsStrong: true),
        new("blake2b-512", 64, null, IsStrong: true),
        new("sha3-512", SHA3_512.HashSizeInBytes, HashAlgorithmName.SHA3_512, IsStrong: true, SHA3_512.IsSupported),
        new("blake2b-256", 32, null, IsStrong: true),
        new("sha3-256", SHA3_256.HashSizeInBytes, HashAlgorithmName.SHA3_256, IsStrong: true, SHA3_256.IsSupported),
        Sha256,
        new("sha-1", SHA1.HashSizeInBytes, HashAlgorithmName.SHA1, IsStrong: false),
        new("md5", MD5.HashSizeInBytes, HashAlgorithmName.MD5, IsStrong: false),
    ];

    /// <summary>
    /// Those that peers are told of. Not BLAKE2b: Gajim hashes with the strongest function in common, which would be that, and .NET's own functions take less
    /// time. Not MD5 and SHA-1 (XEP-0414): they prove nothing.
    /// </summary>
    public static ImmutableArray<HashFunction> Advertised { get; } =
        [.. All.Where(function => function is { IsStrong: true, IsSupported: true, Algorithm: not null })];

    /// <summary>The feature by which its support is advertised. Source: XEP-0300 §6.</summary>
    public string Feature => Namespaces.HashFunctionPrefix + Name;

    /// <summary>The function of this name in any case; null if it is not in <see cref="All"/> or this machine cannot compute it.</summary>
    public static HashFunction? Find(string? name) => name?.Trim() is { Length: > 0 } trimmed
        ? All.FirstOrDefault(function => function.IsSupported && function.Name.Equals(trimmed, StringComparison.OrdinalIgnoreCase))
        : null;
}
