using System.Collections.Immutable;
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
    private const string Service = "_xmpp-client.";
    private const int MostShown = 10;
    private const int MaxShown = 253; // a DNS name

    private static readonly IdnMapping s_idn = new();

    private readonly ImmutableArray<CertificateName> _names;

    private CertificateNames(ImmutableArray<CertificateName> names) => _names = names;

    /// <summary>Reads the names. A malformed extension has none.</summary>
    public static CertificateNames Of(X509Certificate2 certificate) => new(CertificateNameReader.Read(certificate));

    /// <summary>Whether the certificate is valid for this domain.</summary>
    /// <param name="domain">Of the JID, in its ASCII form (RFC 5890 §2.3.2.1), or an address.</param>
    public bool Cover(string domain)
    {
        var address = IPAddress.TryParse(domain, out var parsed) ? parsed : null;
        return _names.Any(name => name.Kind switch
        {
            CertificateNameKind.Address => address is not null && IPAddress.Parse(name.Value).Equals(address),
            CertificateNameKind.Common when address is not null => name.Value == domain,
            _ when address is not null => false,
            CertificateNameKind.Dns or CertificateNameKind.Common => IsDns(name.Value, domain),
            CertificateNameKind.Srv => name.Value.StartsWith(Service, StringComparison.OrdinalIgnoreCase) && IsSame(name.Value[Service.Length..], domain),
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
