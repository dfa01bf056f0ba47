using System.Buffers;
using ActorTransfer.Protocol.HttpUpload;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace ActorTransfer.Transports.Http;

/// <summary>The reverse of <see cref="GcmEncryption"/>. What it gives out before <see cref="TryFinish"/> is not authenticated.</summary>
internal sealed class GcmDecryption
{
    private readonly GcmBlockCipher _cipher = new(new AesEngine());

    /// <param name="key">The key of the encryption.</param>
    public GcmDecryption(AesGcmKey key) =>
        _cipher.Init(forEncryption: false, new AeadParameters(new KeyParameter(key.Key.Span), AesGcmKey.TagLength * 8, key.Iv.ToArray()));

    /// <summary>Writes as many decrypted bytes as are ready. The last 16 bytes are the tag.</summary>
    public void Decrypt(ReadOnlySpan<byte> encrypted, ArrayBufferWriter<byte> output) =>
        output.Advance(_cipher.ProcessBytes(encrypted, output.GetSpan(_cipher.GetUpdateOutputSize(encrypted.Length))));

    /// <summary>Writes the rest. False: the tag does not match, so none of the bytes are those that were encrypted.</summary>
    public bool TryFinish(ArrayBufferWriter<byte> output)
    {
        try
        {
            output.Advance(_cipher.DoFinal(output.GetSpan(_cipher.GetOutputSize(0))));
            return true;
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }
    }
}
