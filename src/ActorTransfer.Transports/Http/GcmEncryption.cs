using System.Buffers;
using ActorTransfer.Protocol.HttpUpload;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace ActorTransfer.Transports.Http;

/// <summary>
/// AES-256-GCM of a stream, in pieces of any size; the tag follows the encrypted bytes. .NET's own <see cref="System.Security.Cryptography.AesGcm"/> needs all
/// bytes at once.
/// </summary>
internal sealed class GcmEncryption
{
    private readonly GcmBlockCipher _cipher = new(new AesEngine());

    /// <param name="key">Never use one twice.</param>
    public GcmEncryption(AesGcmKey key) =>
        _cipher.Init(forEncryption: true, new AeadParameters(new KeyParameter(key.Key.Span), AesGcmKey.TagLength * 8, key.Iv.ToArray()));

    /// <summary>Writes as many encrypted bytes as are ready, of these and earlier ones.</summary>
    public void Encrypt(ReadOnlySpan<byte> plain, ArrayBufferWriter<byte> output) =>
        output.Advance(_cipher.ProcessBytes(plain, output.GetSpan(_cipher.GetUpdateOutputSize(plain.Length))));

    /// <summary>Writes the rest and the tag.</summary>
    public void Finish(ArrayBufferWriter<byte> output) => output.Advance(_cipher.DoFinal(output.GetSpan(_cipher.GetOutputSize(0))));
}
