using System.Runtime.InteropServices;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>
/// The bytes of all pairs: one random block whose length is a prime, repeated; each pair and direction starts at another place of it, so
/// lost, doubled or misdirected bytes are detected. One block for all, so that it stays in the processor's cache.
/// </summary>
internal static unsafe class Pattern
{
    /// <summary>Longest piece at a time.</summary>
    public const int Piece = 256 * 1024;

    private const int Period = 65_521;

    /// <summary>Spreads the starts over the block: its multiples modulo a prime repeat after <see cref="Period"/> pairs and directions only.</summary>
    private const int Stride = 40_503;

    private static readonly byte* s_bytes = Make();

    /// <summary>The next <see cref="Piece"/> bytes of a stream.</summary>
    /// <param name="stream">Twice the pair's number, plus one for the return direction.</param>
    /// <param name="position">Bytes before it.</param>
    public static byte* At(int stream, long position) => s_bytes + (((long)stream * Stride) + position) % Period;

    /// <summary>Compares what arrived with what was sent.</summary>
    public static bool Fits(byte* arrived, nint length, int stream, long position) =>
        new ReadOnlySpan<byte>(arrived, (int)length).SequenceEqual(new ReadOnlySpan<byte>(At(stream, position), (int)length));

    private static byte* Make()
    {
        byte* bytes = (byte*)NativeMemory.AlignedAlloc(Period + Piece, 4096);
        new Random(Seed: 7).NextBytes(new Span<byte>(bytes, Period));
        for (int i = Period; i < Period + Piece; i++)
        {
            bytes[i] = bytes[i - Period];
        }

        return bytes;
    }
}
