using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>A test authority and its certificate for <c>localhost</c>, as PEM files.</summary>
/// <param name="Authority">File with the authority's certificate.</param>
/// <param name="Certificate">File with the server's certificate.</param>
/// <param name="Key">File with the server's private key.</param>
/// <param name="Sha256">Fingerprint of the server's certificate, lower-case hexadecimal digits.</param>
internal sealed record TestCertificates(string Authority, string Certificate, string Key, string Sha256)
{
    private static readonly byte[] Serial = [0x17, 1];

    /// <param name="folder">The folder of the files.</param>
    /// <param name="kind">What is special about the server's certificate.</param>
    /// <param name="name">The server's name.</param>
    public static TestCertificates Make(TestFolder folder, CertificateKind kind = CertificateKind.Usual, string name = "localhost")
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var authority = kind == CertificateKind.RsaPss
            ? new CertificateRequest("CN=authority of a test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            : new CertificateRequest("CN=authority of a test", ecdsa, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using var root = authority.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        server.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        server.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        server.CertificateExtensions.Add(kind == CertificateKind.SrvName ? SrvName(name) : DnsName(name));
        using var certificate = kind == CertificateKind.RsaPss
            ? server.Create(root.SubjectName, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pss), from, to, Serial)
            : server.Create(root, from, to, Serial);

        return new TestCertificates(
            folder.File("authority.pem", Encoding.ASCII.GetBytes(root.ExportCertificatePem())),
            folder.File("server.pem", Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())),
            folder.File("server.key", Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem())),
            Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }

    private static X509Extension DnsName(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        return names.Build();
    }

    /// <summary>RFC 4985.</summary>
    private static X509Extension SrvName(string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var explicitly = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        using (writer.PushSequence())
        using (writer.PushSequence(explicitly))
        {
            writer.WriteObjectIdentifier("1.3.6.1.5.5.7.8.7");
            using (writer.PushSequence(explicitly))
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, "_xmpp-client." + name);
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: false);
    }
}

/// <summary>What is special about a server's certificate.</summary>
internal enum CertificateKind
{
    /// <summary>The usual kind: signed by ECDSA, with a DNS name.</summary>
    Usual,

    /// <summary>Signed by RSA-PSS.</summary>
    RsaPss,

    /// <summary>Its only name is an SRV-ID, <c>_xmpp-client.</c> and the domain; the subject has the domain too.</summary>
    SrvName,
}
