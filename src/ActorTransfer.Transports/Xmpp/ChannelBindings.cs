using System.Collections.Immutable;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol.Sasl;
using ChannelBinding = ActorTransfer.Protocol.Sasl.ChannelBinding;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>The channel bindings of a TLS connection (RFC 5929).</summary>
internal static class ChannelBindings
{
    /// <summary>SEC_CHANNEL_BINDINGS: eight 32-bit numbers, of which the last two are length and offset of the following data.</summary>
    private const int HeaderBytes = 32;

    private const int LengthAt = 24;

    public static ImmutableArray<ChannelBinding> Of(SslStream tls)
    {
        var bindings = ImmutableArray.CreateBuilder<ChannelBinding>();
#pragma warning disable CA5398 // reads the negotiated version and forces none: the first Finished message is no binding in TLS 1.3
        if (tls.SslProtocol is SslProtocols.Tls12 && Unique(tls) is { } unique)
#pragma warning restore CA5398
        {
            bindings.Add(unique);
        }

        if (tls.RemoteCertificate is X509Certificate2 certificate && EndPoint(certificate) is { } endPoint)
        {
            bindings.Add(endPoint);
        }

        return bindings.ToImmutable();
    }

    /// <summary>
    /// The hash of the certificate by the hash function of its signature, SHA-256 in place of MD5 and SHA-1. For signature algorithms
    /// without a hash function of their own (RSA-PSS, Ed25519, Ed448) the binding is undefined (RFC 5929 §4.1); SslStream throws for them,
    /// so it is not called.
    /// </summary>
    public static ChannelBinding? EndPoint(X509Certificate2 certificate) => HashOf(certificate.SignatureAlgorithm.Value) is { } hash
        ? new ChannelBinding(ChannelBindingTypes.ServerEndPoint, [.. CryptographicOperations.HashData(hash, certificate.RawData)])
        : null;

    private static ChannelBinding? Unique(SslStream tls)
    {
        using var binding = tls.TransportContext.GetChannelBinding(ChannelBindingKind.Unique);
        if (binding is null || binding.Size <= HeaderBytes)
        {
            return null;
        }

        var token = new byte[binding.Size];
        Marshal.Copy(binding.DangerousGetHandle(), token, 0, token.Length);
        var data = token.AsSpan(HeaderBytes, Math.Min(BitConverter.ToInt32(token, LengthAt), token.Length - HeaderBytes));
        var prefix = data.IndexOf((byte)':') + 1;
        return new ChannelBinding(ChannelBindingTypes.Unique, [.. data[prefix..]]);
    }

    private static HashAlgorithmName? HashOf(string? signatureAlgorithm) => signatureAlgorithm switch
    {
        "1.2.840.113549.1.1.4" // MD5 with RSA
            or "1.2.840.113549.1.1.5" // SHA-1 with RSA
            or "1.2.840.10040.4.3" // SHA-1 with DSA
            or "1.2.840.10045.4.1" // SHA-1 with ECDSA
            or "1.2.840.113549.1.1.11" // SHA-256 with RSA
            or "2.16.840.1.101.3.4.3.2" // SHA-256 with DSA
            or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256, // SHA-256 with ECDSA
        "1.2.840.113549.1.1.12" or "2.16.840.1.101.3.4.3.3" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "2.16.840.1.101.3.4.3.4" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
