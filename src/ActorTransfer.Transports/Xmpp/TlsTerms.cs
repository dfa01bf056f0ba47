using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>What is asked of a server before anything is entrusted to it.</summary>
/// <param name="Domain">Name that its certificate must carry: the JID's domain, not the host (RFC 6120 §13.7.2.1). Sent as SNI too.</param>
internal sealed record TlsTerms(string Domain)
{
    /// <summary>Presented when the server asks for one; the caller disposes it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Trusted instead of the machine's own roots; null = those.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>SHA-256 of the one certificate that is accepted, in hexadecimal, colons allowed. Then neither its name nor who issued it counts.</summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>TLS from the first byte (XEP-0368): says so by ALPN.</summary>
    public bool IsDirect { get; init; }
}

/// <summary>What TLS came to.</summary>
/// <param name="Description">Version and cipher, for the log.</param>
/// <param name="Bindings">What a login can be bound to. Without <c>tls-exporter</c>: .NET exports no keying material.</param>
internal sealed record TlsFacts(string Description, ImmutableArray<ChannelBinding> Bindings);

/// <summary>The server's certificate does not satisfy the <see cref="TlsTerms"/>.</summary>
internal sealed class CertificateRefusedException : IOException
{
    /// <summary>A refusal.</summary>
    /// <param name="why">What is wrong with the certificate.</param>
    /// <param name="inner">What TLS says.</param>
    public CertificateRefusedException(string why, Exception inner)
        : base(why, inner)
    {
    }
}
