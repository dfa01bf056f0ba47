using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>The kinds of names of a certificate.</summary>
internal enum CertificateNameKind
{
    Dns,
    Srv,
    Xmpp,
    Address,
    Common,
}

/// <summary>A name of a certificate.</summary>
internal readonly record struct CertificateName(CertificateNameKind Kind, string Value);

/// <summary>Reads the extension for alternative names of a certificate (RFC 5280 §4.2.1.6).</summary>
internal static class CertificateNameReader
{
    private const string AlternativeNames = "2.5.29.17";
    private const string SrvName = "1.3.6.1.5.5.7.8.7";
    private const string XmppAddress = "1.3.6.1.5.5.7.8.5";

    private static readonly Asn1Tag s_otherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_dnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_ipAddress = new(TagClass.ContextSpecific, 7);
    private static readonly Asn1Tag s_otherValue = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The names, or without the extension the subject's common name. A malformed extension has none.</summary>
    public static ImmutableArray<CertificateName> Read(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).ToArray();
        return extensions.Length == 0
            ? [new CertificateName(CertificateNameKind.Common, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))]
            : [.. extensions.SelectMany(extension => Read(extension.RawData))];
    }

    private static List<CertificateName> Read(byte[] extension)
    {
        List<CertificateName> names = [];
        try
        {
            var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                if (ReadName(sequence) is { } name)
                {
                    names.Add(name);
                }
            }
        }
        catch (AsnContentException)
        {
            return [];
        }

        return names;
    }

    private static CertificateName? ReadName(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.HasSameClassAndValue(s_dnsName))
        {
            return new CertificateName(CertificateNameKind.Dns, reader.ReadCharacterString(UniversalTagNumber.IA5String, s_dnsName));
        }

        if (tag.HasSameClassAndValue(s_ipAddress))
        {
            var bytes = reader.ReadOctetString(s_ipAddress);
            return bytes.Length is 4 or 16 ? new CertificateName(CertificateNameKind.Address, new IPAddress(bytes).ToString()) : null;
        }

        if (tag.HasSameClassAndValue(s_otherName))
        {
            return ReadOther(reader.ReadSequence(s_otherName));
        }

        reader.ReadEncodedValue();
        return null;
    }

    private static CertificateName? ReadOther(AsnReader other)
    {
        var type = other.ReadObjectIdentifier();
        var value = other.ReadSequence(s_otherValue);
        return type switch
        {
            SrvName => new CertificateName(CertificateNameKind.Srv, value.ReadCharacterString(UniversalTagNumber.IA5String)),
            XmppAddress => new CertificateName(CertificateNameKind.Xmpp, value.ReadCharacterString(UniversalTagNumber.UTF8String)),
            _ => null,
        };
    }
}
