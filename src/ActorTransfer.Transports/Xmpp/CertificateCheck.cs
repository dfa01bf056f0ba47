using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>Validates a server's certificate once, and keeps the reason of a refusal, which TLS does not report.</summary>
internal sealed class CertificateCheck(TlsTerms terms)
{
    /// <summary>Null unless the certificate was refused.</summary>
    public string? Refusal { get; private set; }

    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = terms.PinnedSha256 is { } pin ? AgainstPin(certificate, pin) : AgainstNames(certificate, chain, errors);
        return Refusal is null;
    }

    private static string? AgainstPin(X509Certificate? certificate, string pin)
    {
        if (certificate is null)
        {
            return "the server has no certificate";
        }

        var hash = Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData()));
        return string.Equals(hash, pin.Replace(":", "", StringComparison.Ordinal).Trim(), StringComparison.OrdinalIgnoreCase)
            ? null
            : $"the server's certificate is not the pinned one (its SHA-256 is {hash.ToLowerInvariant()})";
    }

    private string? AgainstNames(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server has no certificate";
        }

        // SslStream supports DNS names and addresses only, and accepts the common name beside names of other kinds.
        if (Unnamed(certificate) is { } names)
        {
            return $"the server's certificate is not for {terms.Domain} (it is for {names})";
        }

        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return null;
        }

        var faults = chain?.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct(StringComparer.Ordinal) ?? [];
        return $"the server's certificate is not trusted: {string.Join("; ", faults)}";
    }

    /// <summary>The names of a certificate that is not valid for the domain; null when it is.</summary>
    private CertificateNames? Unnamed(X509Certificate certificate)
    {
        using var copy = certificate is X509Certificate2 ? null : new X509Certificate2(certificate);
        var names = CertificateNames.Of(copy ?? (X509Certificate2)certificate);
        return names.Cover(terms.Domain) ? null : names;
    }
}
