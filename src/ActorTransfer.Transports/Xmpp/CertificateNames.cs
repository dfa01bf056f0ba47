using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>
/// The names of a server's certificate that can identify an XMPP domain: DNS-ID, SRV-ID (RFC 4985), XmppAddr (RFC 6120 §13.7.1.4) and IP
/// addresses. The subject's common name counts only without an extension for alternative names (RFC 6125 §6.4.4).
/// </summary>
internal sealed class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private const string SrvName = "1.3.6.1.5.5.7.8.7";
    private const string XmppAddress = "1.3.6.1.5.5.7.8.5";
    private const string Service = "_xmpp-client.";
    private const int MostShown = 10;
    private const int MaxShown = 253; // a DNS name

    private static readonly Asn1Tag s_otherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag s_dnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_ipAddress = new(TagClass.ContextSpecific, 7);
    private static readonly Asn1Tag s_otherValue = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly IdnMapping s_idn = new();

    private readonly ImmutableArray<Name> _names;

    private CertificateNames(ImmutableArray<Name> names) => _names = names;

    private enum Kind
    {
        Dns,
        Srv,
        Xmpp,
        Address,
        Common,
    }

    private readonly record struct Name(Kind Kind, string Value);

    /// <summary>Reads the names. A malformed extension has none.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).ToArray();
        return new CertificateNames(extensions.Length == 0
            ? [new Name(Kind.Common, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))]
            : [.. extensions.SelectMany(extension => Read(extension.RawData))]);
    }

    /// <summary>Whether the certificate is valid for this domain.</summary>
    /// <param name="domain">Of the JID, in its ASCII form (RFC 5890 §2.3.2.1), or an address.</param>
    public bool Cover(string domain)
    {
        var address = IPAddress.TryParse(domain, out var parsed) ? parsed : null;
        return _names.Any(name => name.Kind switch
        {
            Kind.Address => address is not null && IPAddress.Parse(name.Value).Equals(address),
            Kind.Common when address is not null => name.Value == domain,
            _ when address is not null => false,
            Kind.Dns or Kind.Common => IsDns(name.Value, domain),
            Kind.Srv => name.Value.StartsWith(Service, StringComparison.OrdinalIgnoreCase) && IsSame(name.Value[Service.Length..], domain),
            _ => IsSame(ToAscii(name.Value), domain),
        });
    }

    /// <summary>For people.</summary>
    public override string ToString()
    {
        if (_names.IsEmpty)
        {
            return "no server name";
        }

        var more = _names.Length > MostShown ? string.Create(CultureInfo.InvariantCulture, $" and {_names.Length - MostShown} more") : "";
        return string.Join(", ", _names.Take(MostShown).Select(name => PrintableText.Of(name.Value, MaxShown))) + more;
    }

    private static List<Name> Read(byte[] extension)
    {
        List<Name> names = [];
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

    private static Name? ReadName(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.HasSameClassAndValue(s_dnsName))
        {
            return new Name(Kind.Dns, reader.ReadCharacterString(UniversalTagNumber.IA5String, s_dnsName));
        }

        if (tag.HasSameClassAndValue(s_ipAddress))
        {
            var bytes = reader.ReadOctetString(s_ipAddress);
            return bytes.Length is 4 or 16 ? new Name(Kind.Address, new IPAddress(bytes).ToString()) : null;
        }

        if (tag.HasSameClassAndValue(s_otherName))
        {
            return ReadOther(reader.ReadSequence(s_otherName));
        }

        reader.ReadEncodedValue();
        return null;
    }

    private static Name? ReadOther(AsnReader other)
    {
        var type = other.ReadObjectIdentifier();
        var value = other.ReadSequence(s_otherValue);
        return type switch
        {
            SrvName => new Name(Kind.Srv, value.ReadCharacterString(UniversalTagNumber.IA5String)),
            XmppAddress => new Name(Kind.Xmpp, value.ReadCharacterString(UniversalTagNumber.UTF8String)),
            _ => null,
        };
    }

    /// <summary>A wildcard matches exactly one whole label, the leftmost (RFC 6125 §6.4.3).</summary>
    private static bool IsDns(string name, string domain)
    {
        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        return name.StartsWith("*.", StringComparison.Ordinal)
            ? dot > 0 && name.LastIndexOf('*') == 0 && IsSame(name[2..], domain[(dot + 1)..])
            : IsSame(name, domain);
    }

    private static bool IsSame(string name, string domain) =>
        string.Equals(name.TrimEnd('.'), domain.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Only DNS names are converted to ASCII; anything else is unchanged and does not match.</summary>
    private static string ToAscii(string domain)
    {
        try
        {
            return domain.All(char.IsAscii) ? domain : s_idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
