using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>The TLS handshake of a client with an XMPP server.</summary>
internal static class TlsHandshake
{
    private static readonly SslApplicationProtocol s_alpn = new("xmpp-client");

    /// <summary>Performs the handshake.</summary>
    /// <exception cref="CertificateRefusedException">The certificate is not accepted.</exception>
    /// <exception cref="IOException">The server does not support TLS here, or closed the connection.</exception>
    public static async Task<TlsFacts> RunAsync(SslStream tls, TlsTerms terms, CancellationToken ct)
    {
        var check = new CertificateCheck(terms);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(terms, check), ct);
        }
        catch (AuthenticationException exception) when (check.Refusal is { } refusal)
        {
            throw new CertificateRefusedException(refusal, exception);
        }
        catch (AuthenticationException exception)
        {
            throw new IOException($"TLS failed: {exception.GetBaseException().Message}", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // Certificates that the platform cannot process. Its message alone, perhaps an object identifier, would not be helpful.
            var cause = exception.GetBaseException().Message;
            throw new IOException($"TLS failed: the server's certificate or the handshake cannot be processed ({cause})", exception);
        }

        return new TlsFacts(string.Create(CultureInfo.InvariantCulture, $"{tls.SslProtocol} {tls.NegotiatedCipherSuite}"), ChannelBindings.Of(tls));
    }

    private static SslClientAuthenticationOptions Options(TlsTerms terms, CertificateCheck check)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = terms.Domain,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accepts(certificate, chain, errors),
        };
        if (terms.IsDirect)
        {
            options.ApplicationProtocols = [s_alpn];
        }

        if (terms.Certificate is { } own)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true);
        }

        if (terms.Roots is { } roots)
        {
            options.CertificateChainPolicy = TrustedRoots.Policy(roots);
        }

        return options;
    }
}
