using System.Security.Cryptography;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Content;

/// <summary>Hashes of the bytes so far: SHA-256 always, MD5 only for those who compare it. Not thread-safe.</summary>
public sealed class ContentHash : IDisposable
{
    private const int ReadSize = 256 * 1024;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _md5;

    /// <summary>Hashes of no bytes.</summary>
    /// <param name="withMd5">XEP-0096 knows no other hash; it finds accidents, not attacks.</param>
#pragma warning disable CA5351 // see above
    public ContentHash(bool withMd5) => _md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351

    /// <summary>Lower-case hexadecimal SHA-256 of what was appended.</summary>
    public string Sha256 => Convert.ToHexStringLower(_sha256.GetCurrentHash());

    /// <summary>Lower-case hexadecimal MD5 of what was appended, if wanted.</summary>
    public string? Md5 => _md5 is null ? null : Convert.ToHexStringLower(_md5.GetCurrentHash());

    /// <summary>Hashes all that a reader reads from its position 0 on.</summary>
    /// <param name="reader">Stays the caller's.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="length">How many bytes it must bring.</param>
    /// <param name="withMd5">MD5 too.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="FileShrankException">It brings fewer.</exception>
    public static async Task<ContentHash> OfAsync(IByteReader reader, string name, long length, bool withMd5, CancellationToken ct)
    {
        ContentHash hash = new(withMd5);
        try
        {
            await ReadAsync(reader, name, length, bytes => hash.Append(bytes.Span), ct);
            return hash;
        }
        catch
        {
            hash.Dispose();
            throw;
        }
    }

    /// <summary>The MD5 alone, in lower-case hexadecimal: of what is offered nobody asks for another hash before it is sent.</summary>
    /// <inheritdoc cref="OfAsync"/>
    public static async Task<string> Md5OfAsync(IByteReader reader, string name, long length, CancellationToken ct)
    {
#pragma warning disable CA5351 // XEP-0096 knows no other hash; it finds accidents, not attacks
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        await ReadAsync(reader, name, length, bytes => hash.AppendData(bytes.Span), ct);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _md5?.AppendData(bytes);
    }

    private static async Task ReadAsync(IByteReader reader, string name, long length, Action<ReadOnlyMemory<byte>> append, CancellationToken ct)
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

            append(chunk.Memory[..count]);
            position += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256.Dispose();
        _md5?.Dispose();
    }
}
