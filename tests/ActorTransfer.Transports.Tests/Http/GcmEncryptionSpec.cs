using System.Buffers;
using System.Security.Cryptography;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Http;

namespace ActorTransfer.Transports.Tests.Http;

/// <summary>AES-256-GCM in pieces: the test cases of the GCM specification (McGrew and Viega), and .NET's own implementation.</summary>
public sealed class GcmEncryptionSpec
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string Words = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

    private const string Plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";

    private const string Cipher = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

    [Theory]
    [InlineData(Zeros, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b")]
    [InlineData(
        Zeros, "000000000000000000000000", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919")]
    [InlineData(Words, "cafebabefacedbaddecaf888", Plain, Cipher, "b094dac5d93471bdec1a502270e3cc6c")]
    public void Result_must_be_that_of_the_specification(string key, string iv, string plain, string cipher, string tag) =>
        Assert.Equal(cipher + tag, Convert.ToHexStringLower(Encrypt(Key(key, iv), Convert.FromHexString(plain), 7)));

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4096)]
    public void Pieces_of_any_size_must_give_what_dotnet_gives_for_all_bytes_at_once(int piece)
    {
        var key = new AesGcmKey(RandomNumberGenerator.GetBytes(12), RandomNumberGenerator.GetBytes(32));
        var plain = RandomNumberGenerator.GetBytes(10_007);
        var (cipher, tag) = (new byte[plain.Length], new byte[16]);
        using var whole = new AesGcm(key.Key.Span, 16);
        whole.Encrypt(key.Iv.Span, plain, cipher, tag);

        Assert.Equal([.. cipher, .. tag], Encrypt(key, plain, piece));
    }

    private static AesGcmKey Key(string key, string iv) => new(Convert.FromHexString(iv), Convert.FromHexString(key));

    private static byte[] Encrypt(AesGcmKey key, byte[] plain, int piece)
    {
        var (encryption, output) = (new GcmEncryption(key), new ArrayBufferWriter<byte>());
        foreach (var part in plain.Chunk(piece))
        {
            encryption.Encrypt(part, output);
        }

        encryption.Finish(output);
        return output.WrittenSpan.ToArray();
    }
}
