using System.Security.Cryptography;
using System.Text.Unicode;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>The names of a pair. Every pair has its own users, like the pairs of a real proxy.</summary>
/// <param name="SessionId">The sid.</param>
/// <param name="Initiator">Full JID.</param>
/// <param name="Target">Full JID.</param>
internal readonly record struct PairNames(string SessionId, string Initiator, string Target)
{
    /// <summary>The names of a pair.</summary>
    /// <param name="run">Different for each measurement of a proxy.</param>
    /// <param name="number">Different for each pair of a measurement.</param>
    public static PairNames Of(string run, int number) =>
        new($"{run}-{number}", $"i{number}@{ActivationLink.Domain}/load", $"t{number}@{ActivationLink.Domain}/load");

    /// <summary>Writes the SOCKS5 request for the pair: CONNECT to SHA-1(sid + initiator + target), port 0 (XEP-0065 §5.3.2).</summary>
    /// <returns>Its length.</returns>
    public int WriteRequest(Span<byte> to)
    {
        Span<byte> text = stackalloc byte[256];
        Utf8.TryWrite(text, $"{SessionId}{Initiator}{Target}", out int length);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // the protocol names a stream by SHA-1
        SHA1.HashData(text[..length], hash);
#pragma warning restore CA5350
        "\x05\x01\x00\x03\x28"u8.CopyTo(to);
        Convert.TryToHexStringLower(hash, to[5..], out _);
        to.Slice(45, 2).Clear();
        return 47;
    }
}
