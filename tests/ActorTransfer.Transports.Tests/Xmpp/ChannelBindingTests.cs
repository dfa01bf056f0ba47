using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer.Transports.Tests.Xmpp;

/// <summary>Channel bindings by the signature algorithm of the server's certificate (RFC 5929 §4.1).</summary>
public sealed class ChannelBindingTests : IDisposable
{
    private const string Domain = "north.example";

    private readonly TlsServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("SHA256")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public async Task Certificate_that_is_signed_by_RSA_PSS_must_leave_the_end_point_unbound(string hash)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + Domain, key, new HashAlgorithmName(hash), RSASignaturePadding.Pss);
        using var certificate = SelfSigned(request);
        Assert.Empty(await BindingsAsync(certificate, SslProtocols.Tls13));
        Assert.Equal([ChannelBindingTypes.Unique], (await BindingsAsync(certificate, SslProtocols.Tls12)).Select(binding => binding.Type));
    }

    [Theory]
    [InlineData("1.3.101.112")] // Ed25519
    [InlineData("1.3.101.113")] // Ed448
    [InlineData("1.2.840.113549.1.1.14")] // RSA with SHA-224, which .NET does not have
    [InlineData("2.16.840.1.101.3.4.3.10")] // ECDSA with SHA3-256
    [InlineData("2.16.840.1.101.3.4.3.17")] // ML-DSA-44
    [InlineData("1.3.6.1.4.1.99999.1")] // not assigned
    public void Certificate_with_a_signature_of_unknown_hash_must_leave_the_end_point_unbound(string algorithm)
    {
        using var certificate = SignedBy(algorithm);
        Assert.Null(ChannelBindings.EndPoint(certificate));
    }

    [Theory]
    [InlineData("1.3.101.112")]
    [InlineData("1.3.101.113")]
    public async Task Handshake_with_a_certificate_that_is_signed_by_an_Edwards_curve_must_succeed_unbound(string algorithm)
    {
        using var certificate = SignedBy(algorithm);
        Assert.Empty(await BindingsAsync(certificate, SslProtocols.Tls13));
    }

    [Theory]
    [InlineData("SHA256", 32)]
    [InlineData("SHA384", 48)]
    [InlineData("SHA512", 64)]
    public async Task Certificate_must_bind_the_end_point_by_the_hash_of_its_signature(string hash, int bytes)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        using var first = SelfSigned(new CertificateRequest("CN=" + Domain, ecdsa, new HashAlgorithmName(hash)));
        using var second = SelfSigned(new CertificateRequest("CN=" + Domain, rsa, new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1));
        foreach (var certificate in new[] { first, second })
        {
            var binding = Assert.Single(await BindingsAsync(certificate, SslProtocols.Tls13));
            Assert.Equal(ChannelBindingTypes.ServerEndPoint, binding.Type);
            Assert.Equal(bytes, binding.Data.Length);
            var expected = CryptographicOperations.HashData(new HashAlgorithmName(hash), certificate.RawData);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(binding.Data.AsSpan()));
        }
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.4")]
    [InlineData("1.2.840.113549.1.1.5")]
    [InlineData("1.2.840.10045.4.1")]
    public void Certificate_that_is_signed_with_a_broken_hash_must_bind_the_end_point_by_SHA_256(string algorithm)
    {
        using var certificate = SignedBy(algorithm);
        Assert.Equal(_server.Sha256Of(certificate), Convert.ToHexString(ChannelBindings.EndPoint(certificate)!.Data.AsSpan()));
    }

    private static X509Certificate2 SignedBy(string algorithm)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + Domain, key, HashAlgorithmName.SHA256);
        using var signed = request.Create(
            new X500DistinguishedName("CN=other"), new ForeignSignature(key, algorithm), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1),
            [1]);
        using var whole = signed.CopyWithPrivateKey(key);
        return Reload(whole);
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Reload(certificate);
    }

    private static X509Certificate2 Reload(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    private async Task<ImmutableArray<ChannelBinding>> BindingsAsync(X509Certificate2 certificate, SslProtocols protocol)
    {
        using var channel = await _server.ConnectAsync();
        var serving = _server.SecureAsync(certificate, protocol);
        var facts = await channel.SecureAsync(new TlsTerms(Domain) { PinnedSha256 = _server.Sha256Of(certificate) }, CancellationToken.None);
        await serving;
        return facts.Bindings;
    }

    /// <summary>Claims another signature algorithm than it uses; the certificates are pinned, so it is not verified.</summary>
    private sealed class ForeignSignature(ECDsa key, string algorithm) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => new byte[64];

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
