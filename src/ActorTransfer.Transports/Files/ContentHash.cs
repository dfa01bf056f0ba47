using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Transports.Stages;
using Org.BouncyCastle.Crypto.Digests;

namespace ActorTransfer.Transports.Files;

/// <summary>Hashes of the bytes so far, by the required algorithms. Not thread-safe.</summary>
internal sealed class ContentHash : IDisposable
{
    private const int ReadSize = 256 * 1024;

    private readonly IncrementalHash? _sha256;
    private readonly IncrementalHash? _md5;
    private readonly HashFunction? _function;
    private readonly IncrementalHash? _other;
    private readonly Blake2bDigest? _blake2b;

    /// <summary>Hashes of no bytes.</summary>
    /// <param name="withSha256">For checkpoints and for the outcome.</param>
    /// <param name="withMd5">XEP-0096 supports no other hash; it detects accidents, not attacks.</param>
    /// <param name="function">By which a sender by Jingle gives a hash; null = none, and SHA-256 needs no second computation.</param>
    public ContentHash(bool withSha256, bool withMd5, HashFunction? function = null)
    {
        _function = function;
        if (function != HashFunction.Sha256)
        {
            _other = function?.Algorithm is { } algorithm ? IncrementalHash.CreateHash(algorithm) : null;
            _blake2b = function is { Algorithm: null } ? new Blake2bDigest(8 * function.Length) : null;
        }

        withSha256 |= function == HashFunction.Sha256;
        _sha256 = withSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
#pragma warning disable CA5351 // see above
        _md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the appended bytes, if requested.</summary>
    public string? Sha256 => Hex(_sha256);

    /// <summary>Lower-case hexadecimal MD5 of the appended bytes, if requested.</summary>
    public string? Md5 => Hex(_md5);

    /// <summary>The SHA-256, if requested, and the hash by the function of the sender, if there is one.</summary>
    public FileHashes Hashes => FileHashes.Of(
    [
        .. Sha256 is { } sha256 ? [new FileHash(HashFunction.Sha256, sha256)] : Array.Empty<FileHash>(),
        .. (Hex(_other) ?? Hex(_blake2b)) is { } other ? [new FileHash(_function!, other)] : Array.Empty<FileHash>(),
    ]);

    /// <summary>The SHA-256 of all bytes of a reader from its position 0, in lower-case hexadecimal.</summary>
    /// <param name="reader">Not disposed.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="length">Required number of bytes.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FileShrankException">The reader has fewer.</exception>
    public static async Task<string> Sha256OfAsync(IByteReader reader, string name, long length, CancellationToken ct)
    {
        using ContentHash hash = new(withSha256: true, withMd5: false);
        await hash.ReadAsync(reader, name, length, ct);
        return hash.Sha256!;
    }

    /// <summary>Only the MD5, in lower-case hexadecimal: no other hash is needed before an offer.</summary>
    /// <inheritdoc cref="Sha256OfAsync"/>
    public static async Task<string> Md5OfAsync(IByteReader reader, string name, long length, CancellationToken ct)
    {
        using ContentHash hash = new(withSha256: false, withMd5: true);
        await hash.ReadAsync(reader, name, length, ct);
        return hash.Md5!;
    }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256?.AppendData(bytes);
        _md5?.AppendData(bytes);
        _other?.AppendData(bytes);
        _blake2b?.BlockUpdate(bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256?.Dispose();
        _md5?.Dispose();
        _other?.Dispose();
    }

    private static string? Hex(IncrementalHash? hash) => hash is null ? null : Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>The digest of the bytes so far: a copy is finished.</summary>
    private static string? Hex(Blake2bDigest? digest)
    {
        if (digest is null)
        {
            return null;
        }

        byte[] value = new byte[digest.GetDigestSize()];
        new Blake2bDigest(digest).DoFinal(value, 0);
        return Convert.ToHexStringLower(value);
    }

    private async Task ReadAsync(IByteReader reader, string name, long length, CancellationToken ct)
    {
        using Chunk chunk = Chunk.Rent((int)Math.Min(length, ReadSize));
        for (long position = 0; position < length;)
        {
            int wanted = (int)Math.Min(chunk.Length, length - position);
            int count = await reader.ReadAsync(position, chunk.Memory[..wanted], ct);
            if (count == 0)
            {
                throw new FileShrankException(name, length, position);
            }

            Append(chunk.Span[..count]);
            position += count;
        }
    }
}
