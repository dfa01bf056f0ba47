using System.Security.Cryptography;

namespace ActorTransfer.Transports.Files;

/// <summary>A part of a file that an earlier transfer left, checked.</summary>
/// <param name="Offset">What is to be asked for again, so that one can see whether the sender heeds it: less than <paramref name="Length"/>.</param>
/// <param name="Length">Bytes of the part.</param>
/// <param name="Hash">Of the part; belongs to whoever takes it.</param>
/// <param name="Probe">Compares what comes with what is there from <paramref name="Offset"/> on.</param>
internal sealed record EarlierPart(long Offset, long Length, ContentHash Hash, RangeProbe Probe);

/// <summary>
/// Tells a sender that heeds a range from one that sends from 0 (most do): the first bytes that come are compared with those that lie at
/// the offset. Whoever makes it sees to it that they differ from those at 0.
/// </summary>
internal sealed class RangeProbe
{
    private readonly byte[] _expected;
    private readonly byte[] _bytes;
    private int _count;

    /// <summary>Awaits so many bytes.</summary>
    /// <param name="length">Bytes to compare.</param>
    /// <param name="expectedSha256">SHA-256 of those that lie at the offset: less to keep than the bytes.</param>
    public RangeProbe(int length, byte[] expectedSha256)
    {
        _bytes = new byte[length];
        _expected = expectedSha256;
    }

    /// <summary>Whether it has all its bytes.</summary>
    public bool IsComplete => _count == _bytes.Length;

    /// <summary>Whether they are the expected ones.</summary>
    public bool Matches => SHA256.HashData(_bytes).AsSpan().SequenceEqual(_expected);

    /// <summary>The bytes that came.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _count);

    /// <summary>Takes what it needs of these bytes. Value: how many.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _bytes.Length - _count);
        bytes[..count].CopyTo(_bytes.AsSpan(_count));
        _count += count;
        return count;
    }
}
