using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<uint>;

namespace ActorTransfer.Transports.Hashing;

/// <summary>
/// SHA-256 (FIPS 180-4 §6.2) of sixteen messages side by side, one in each 32-bit lane of AVX-512 registers. One message cannot be hashed in
/// parallel, since each block needs the result of the one before; messages of different streams can.
/// </summary>
internal static unsafe class Sha256Lanes
{
    /// <summary>Messages at a time.</summary>
    public const int Count = 16;

    /// <summary>Fewer are done sooner one after the other, where the processor has instructions for SHA-256.</summary>
    public const int Worthwhile = 8;

    private const int Rounds = 64;
    private const int BlockWords = 16;
    private const int Alignment = 64;

    // Truth tables of the functions of FIPS 180-4 §4.1.2, as vpternlog wants them.
    private const byte Choose = 0xCA;
    private const byte Majority = 0xE8;
    private const byte Parity = 0x96;

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>The constants of FIPS 180-4 §4.2.2. They lie in the image of the assembly, which does not move.</summary>
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Compresses so many blocks of each message.</summary>
    /// <param name="state">The eight words of each message: word w of lane n at <c>state[w * 16 + n]</c>.</param>
    /// <param name="lanes">Where the blocks of each message are. Lanes that are not needed may show where another does.</param>
    /// <param name="blocks">Blocks of 64 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* state, byte** lanes, long blocks)
    {
        byte* room = stackalloc byte[(BlockWords * sizeof(Words)) + Alignment];
        Words* w = (Words*)(((nint)room + Alignment - 1) & -Alignment);
        uint* constants = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Constants));
        Words a = Vector512.Load(state), b = Vector512.Load(state + 16), c = Vector512.Load(state + 32), d = Vector512.Load(state + 48);
        Words e = Vector512.Load(state + 64), f = Vector512.Load(state + 80), g = Vector512.Load(state + 96), h = Vector512.Load(state + 112);
        for (long at = 0; at < blocks * Sha256State.BlockSize; at += Sha256State.BlockSize)
        {
            Load(w, lanes, at);
            uint* k = constants;
            // The words do not move from register to register: their names do.
            Round(a, b, c, ref d, e, f, g, ref h, w[0], k[0]);
            Round(h, a, b, ref c, d, e, f, ref g, w[1], k[1]);
            Round(g, h, a, ref b, c, d, e, ref f, w[2], k[2]);
            Round(f, g, h, ref a, b, c, d, ref e, w[3], k[3]);
            Round(e, f, g, ref h, a, b, c, ref d, w[4], k[4]);
            Round(d, e, f, ref g, h, a, b, ref c, w[5], k[5]);
            Round(c, d, e, ref f, g, h, a, ref b, w[6], k[6]);
            Round(b, c, d, ref e, f, g, h, ref a, w[7], k[7]);
            Round(a, b, c, ref d, e, f, g, ref h, w[8], k[8]);
            Round(h, a, b, ref c, d, e, f, ref g, w[9], k[9]);
            Round(g, h, a, ref b, c, d, e, ref f, w[10], k[10]);
            Round(f, g, h, ref a, b, c, d, ref e, w[11], k[11]);
            Round(e, f, g, ref h, a, b, c, ref d, w[12], k[12]);
            Round(d, e, f, ref g, h, a, b, ref c, w[13], k[13]);
            Round(c, d, e, ref f, g, h, a, ref b, w[14], k[14]);
            Round(b, c, d, ref e, f, g, h, ref a, w[15], k[15]);
            for (k += BlockWords; k < constants + Rounds; k += BlockWords)
            {
                Round(a, b, c, ref d, e, f, g, ref h, Next(w, 0), k[0]);
                Round(h, a, b, ref c, d, e, f, ref g, Next(w, 1), k[1]);
                Round(g, h, a, ref b, c, d, e, ref f, Next(w, 2), k[2]);
                Round(f, g, h, ref a, b, c, d, ref e, Next(w, 3), k[3]);
                Round(e, f, g, ref h, a, b, c, ref d, Next(w, 4), k[4]);
                Round(d, e, f, ref g, h, a, b, ref c, Next(w, 5), k[5]);
                Round(c, d, e, ref f, g, h, a, ref b, Next(w, 6), k[6]);
                Round(b, c, d, ref e, f, g, h, ref a, Next(w, 7), k[7]);
                Round(a, b, c, ref d, e, f, g, ref h, Next(w, 8), k[8]);
                Round(h, a, b, ref c, d, e, f, ref g, Next(w, 9), k[9]);
                Round(g, h, a, ref b, c, d, e, ref f, Next(w, 10), k[10]);
                Round(f, g, h, ref a, b, c, d, ref e, Next(w, 11), k[11]);
                Round(e, f, g, ref h, a, b, c, ref d, Next(w, 12), k[12]);
                Round(d, e, f, ref g, h, a, b, ref c, Next(w, 13), k[13]);
                Round(c, d, e, ref f, g, h, a, ref b, Next(w, 14), k[14]);
                Round(b, c, d, ref e, f, g, h, ref a, Next(w, 15), k[15]);
            }

            Add(state, ref a);
            Add(state + 16, ref b);
            Add(state + 32, ref c);
            Add(state + 48, ref d);
            Add(state + 64, ref e);
            Add(state + 80, ref f);
            Add(state + 96, ref g);
            Add(state + 112, ref h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(Words a, Words b, Words c, ref Words d, Words e, Words f, Words g, ref Words h, Words w, uint k)
    {
        Words t = h + w + Vector512.Create(k);
        t += Avx512F.TernaryLogic(e, f, g, Choose);
        t += Avx512F.TernaryLogic(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25), Parity);
        d += t;
        t += Avx512F.TernaryLogic(a, b, c, Majority);
        h = t + Avx512F.TernaryLogic(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22), Parity);
    }

    /// <summary>A word of the message schedule, which takes the place of the one sixteen before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Next(Words* w, int t)
    {
        Words x = w[(t + 1) & 15];
        Words y = w[(t + 14) & 15];
        Words next = w[t] + w[(t + 9) & 15]
            + Avx512F.TernaryLogic(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3, Parity)
            + Avx512F.TernaryLogic(Avx512F.RotateRight(y, 17), Avx512F.RotateRight(y, 19), y >>> 10, Parity);
        w[t] = next;
        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(uint* state, ref Words words)
    {
        words += Vector512.Load(state);
        words.Store(state);
    }

    /// <summary>A block of each message, turned from one row a message to one row a word: four words of all messages at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load(Words* w, byte** lanes, long at)
    {
        for (int word = 0; word < BlockWords; word += 4, at += 16)
        {
            Words r0 = Quarter(lanes, 0, at);
            Words r1 = Quarter(lanes, 1, at);
            Words r2 = Quarter(lanes, 2, at);
            Words r3 = Quarter(lanes, 3, at);
            Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            Vector512<ulong> high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            Vector512<ulong> high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            w[word] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            w[word + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            w[word + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            w[word + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }
    }

    /// <summary>Four words, big-endian in memory, of the messages n, n + 4, n + 8 and n + 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Quarter(byte** lanes, int n, long at)
    {
        Vector128<byte> swap = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        Vector256<byte> low = Vector256.Create(Vector128.Load(lanes[n] + at), Vector128.Load(lanes[n + 4] + at));
        Vector256<byte> high = Vector256.Create(Vector128.Load(lanes[n + 8] + at), Vector128.Load(lanes[n + 12] + at));
        return Avx512BW.Shuffle(Vector512.Create(low, high), Vector512.Create(Vector256.Create(swap, swap), Vector256.Create(swap, swap))).AsUInt32();
    }
}
