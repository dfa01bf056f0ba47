using System.Security.Cryptography;

namespace ActorTransfer.Transports.Files;

/// <summary>The partial file of an earlier transfer, verified.</summary>
/// <param name="Offset">The offset to request, less than <paramref name="Length"/>: the overlap shows whether the sender honours the range.</param>
/// <param name="Length">Bytes of the partial file.</param>
/// <param name="Hash">Hash of these bytes; ownership passes to the consumer.</param>
/// <param name="Probe">Compares received bytes with existing ones from <paramref name="Offset"/> on.</param>
internal sealed record VerifiedPartialFile(long Offset, long Length, ContentHash Hash, RangeProbe Probe);

/// <summary>
/// Detects whether a sender honours a range or sends from 0 (most do): the first received bytes are compared with the existing ones at the
/// offset. The creator must ensure that those differ from the bytes at 0.
/// </summary>
internal sealed class RangeProbe
{
    private readonly byte[] _expected;
    private readonly byte[] _bytes;
    private int _count;

    /// <summary>Expects this many bytes.</summary>
    /// <param name="length">Bytes to compare.</param>
    /// <param name="expectedSha256">SHA-256 of the existing bytes at the offset, which needs less memory than the bytes.</param>
    public RangeProbe(int length, byte[] expectedSha256)
    {
        _bytes = new byte[length];
        _expected = expectedSha256;
    }

    /// <summary>Whether all bytes were received.</summary>
    public bool IsComplete => _count == _bytes.Length;

    /// <summary>Whether they match.</summary>
    public bool Matches => SHA256.HashData(_bytes).AsSpan().SequenceEqual(_expected);

    /// <summary>The received bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _count);

    /// <summary>Takes the bytes it needs. Returns their number.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _bytes.Length - _count);
        bytes[..count].CopyTo(_bytes.AsSpan(_count));
        _count += count;
        return count;
    }
}
