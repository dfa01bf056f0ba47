using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>The requirements on a server's TLS.</summary>
/// <param name="Domain">Name that the certificate must contain: the JID's domain, not the host (RFC 6120 §13.7.2.1). Sent as SNI, too.</param>
internal sealed record TlsTerms(string Domain)
{
    /// <summary>Presented when the server requests one; the caller disposes it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Trusted instead of the system's roots; null = the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>SHA-256 of the only accepted certificate, in hexadecimal, colons allowed. Its name and issuer are then ignored.</summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>Direct TLS (XEP-0368): announced by ALPN.</summary>
    public bool IsDirect { get; init; }
}

/// <summary>The result of a TLS handshake.</summary>
/// <param name="Description">Version and cipher, for the log.</param>
/// <param name="Bindings">Available channel bindings. Without <c>tls-exporter</c>: .NET exports no keying material.</param>
internal sealed record TlsFacts(string Description, ImmutableArray<ChannelBinding> Bindings);

/// <summary>The server's certificate does not satisfy the <see cref="TlsTerms"/>.</summary>
internal sealed class CertificateRefusedException : IOException
{
    /// <summary>A refusal.</summary>
    /// <param name="why">The reason.</param>
    /// <param name="inner">The exception of TLS.</param>
    public CertificateRefusedException(string why, Exception inner)
        : base(why, inner)
    {
    }
}
