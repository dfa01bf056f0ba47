using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>The credentials of a client.</summary>
/// <param name="User">The user name; for an account its local part.</param>
/// <param name="Password">Null when there is none; never logged.</param>
/// <param name="AuthorizationId">The authorization identity, if it differs from the user; usually null.</param>
/// <param name="HasClientCertificate">The TLS handshake presented a certificate, so EXTERNAL can succeed.</param>
internal sealed record SaslCredentials(string User, string? Password, string? AuthorizationId = null, bool HasClientCertificate = false)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"user {User}";
}

/// <summary>Properties of the connection below the stream.</summary>
/// <param name="IsEncrypted">TLS with a verified certificate is active.</param>
/// <param name="AllowPlaintext">The user permits sending the password unencrypted.</param>
/// <param name="Bindings">Available channel bindings; empty without TLS.</param>
internal sealed record SaslChannel(bool IsEncrypted, bool AllowPlaintext, ImmutableArray<ChannelBinding> Bindings)
{
    /// <summary>The binding of this type, or null.</summary>
    internal ChannelBinding? Find(string type) =>
        Bindings.IsDefault ? null : Bindings.FirstOrDefault(binding => binding.Type == type);

    internal bool CanBind => Bindings is { IsDefaultOrEmpty: false };
}

/// <summary>Bytes that only the two ends of one TLS connection share (RFC 5056).</summary>
/// <param name="Type">One of <see cref="ChannelBindingTypes"/>.</param>
/// <param name="Data">The bytes.</param>
internal sealed record ChannelBinding(string Type, ImmutableArray<byte> Data);

/// <summary>The registered names of channel bindings.</summary>
internal static class ChannelBindingTypes
{
    /// <summary>TLS 1.3 (RFC 9266): 32 bytes exported under the label <c>EXPORTER-Channel-Binding</c>.</summary>
    public const string Exporter = "tls-exporter";

    /// <summary>Up to TLS 1.2 only (RFC 5929 §3): the first Finished message of the handshake.</summary>
    public const string Unique = "tls-unique";

    /// <summary>Hash of the server's certificate (RFC 5929 §4): authenticates the certificate, not the connection.</summary>
    public const string ServerEndPoint = "tls-server-end-point";

    /// <summary>The best first. A server that does not advertise its types supports one of the first two.</summary>
    internal static readonly ImmutableArray<string> ByStrength = [Exporter, Unique, ServerEndPoint];
}
