using System.Buffers.Binary;

namespace ActorTransfer.Transports.Hashing;

/// <summary>
/// How far the SHA-256 of a message is (FIPS 180-4), apart from who compresses its blocks. Needs <see cref="LibCrypto"/>. Not thread-safe.
/// </summary>
internal sealed class Sha256State
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 64;

    /// <summary>32-bit words of the state.</summary>
    public const int WordCount = 8;

    private const byte EndMark = 0x80;

    private readonly uint[] _words =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private readonly byte[] _begun = new byte[BlockSize];
    private long _length;

    /// <summary>The state. Whoever compresses the blocks that <see cref="Take"/> gave changes it.</summary>
    public Span<uint> Words => _words;

    private int Begun => (int)(_length % BlockSize);

    /// <summary>Takes the next bytes. Value: where among them the whole blocks are that must be compressed before anything else happens here.</summary>
    public Range Take(ReadOnlySpan<byte> bytes)
    {
        int begun = Begun;
        int start = Math.Min((BlockSize - begun) % BlockSize, bytes.Length);
        _length += bytes.Length;
        bytes[..start].CopyTo(_begun.AsSpan(begun));
        if (start > 0 && begun + start == BlockSize)
        {
            LibCrypto.CompressSha256(_words, _begun);
        }

        int end = start + ((bytes.Length - start) / BlockSize * BlockSize);
        bytes[end..].CopyTo(_begun);
        return start..end;
    }

    /// <summary>The hash of all bytes so far. More may follow.</summary>
    public byte[] Finish()
    {
        Span<byte> end = stackalloc byte[2 * BlockSize];
        end.Clear();
        _begun.AsSpan(0, Begun).CopyTo(end);
        end[Begun] = EndMark;
        end = end[..(Begun + 1 + sizeof(long) <= BlockSize ? BlockSize : 2 * BlockSize)];
        BinaryPrimitives.WriteInt64BigEndian(end[^sizeof(long)..], _length * 8);
        Span<uint> words = stackalloc uint[WordCount];
        _words.CopyTo(words);
        LibCrypto.CompressSha256(words, end);
        byte[] hash = new byte[WordCount * sizeof(uint)];
        for (int word = 0; word < WordCount; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(word * sizeof(uint)), words[word]);
        }

        return hash;
    }
}
