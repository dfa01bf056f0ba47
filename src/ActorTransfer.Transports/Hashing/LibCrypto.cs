using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ActorTransfer.Transports.Hashing;

/// <summary>
/// SHA-256 of one message by OpenSSL, which uses the processor's instructions for it, with a state that can be carried elsewhere: that of
/// <see cref="IncrementalHash"/> cannot. It is the library that .NET itself hashes with on Linux, through functions as old as the library.
/// </summary>
internal static unsafe class LibCrypto
{
    private static readonly delegate* unmanaged<Context*, byte*, nuint, int> s_update = Find();

    /// <summary>Whether the library is there and computes what .NET computes.</summary>
    public static bool IsAvailable { get; } = s_update is not null && IsRight();

    /// <summary>Compresses whole blocks.</summary>
    /// <param name="words">The eight words of the state.</param>
    /// <param name="blocks">Blocks of 64 bytes.</param>
    public static void CompressSha256(Span<uint> words, ReadOnlySpan<byte> blocks)
    {
        Context context = default;
        words.CopyTo(new Span<uint>(context.Words, Sha256State.WordCount));
        fixed (byte* bytes = blocks)
        {
            s_update(&context, bytes, (nuint)blocks.Length);
        }

        new ReadOnlySpan<uint>(context.Words, Sha256State.WordCount).CopyTo(words);
    }

    private static delegate* unmanaged<Context*, byte*, nuint, int> Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libcrypto.so.3", out nint library)
        && NativeLibrary.TryGetExport(library, "SHA256_Update", out nint update)
            ? (delegate* unmanaged<Context*, byte*, nuint, int>)update
            : null;

    private static bool IsRight()
    {
        Span<byte> bytes = stackalloc byte[3 * Sha256State.BlockSize + 1];
        bytes.Fill(0x5A);
        Sha256State state = new();
        CompressSha256(state.Words, bytes[state.Take(bytes)]);
        return state.Finish().AsSpan().SequenceEqual(SHA256.HashData(bytes));
    }

    /// <summary>SHA256_CTX of openssl/sha.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public fixed uint Words[Sha256State.WordCount];
        public uint LengthLow;
        public uint LengthHigh;
        public fixed uint Block[Sha256State.BlockSize / sizeof(uint)];
        public uint Pending;
        public uint DigestLength;
    }
}
