using System.Collections.Immutable;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using ActorTransfer.Protocol.Sasl;
using ChannelBinding = ActorTransfer.Protocol.Sasl.ChannelBinding;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>What a login can be bound to on a TLS connection (RFC 5929).</summary>
internal static class ChannelBindings
{
    /// <summary>SEC_CHANNEL_BINDINGS: eight 32-bit numbers, of which the last two are length and offset of what follows.</summary>
    private const int HeaderBytes = 32;

    private const int LengthAt = 24;

    public static ImmutableArray<ChannelBinding> Of(SslStream tls)
    {
        var bindings = ImmutableArray.CreateBuilder<ChannelBinding>();
#pragma warning disable CA5398 // asks what was negotiated, forces nothing: the first Finished message binds nothing in TLS 1.3
        if (tls.SslProtocol is SslProtocols.Tls12)
#pragma warning restore CA5398
        {
            Add(bindings, tls, ChannelBindingKind.Unique, ChannelBindingTypes.Unique);
        }

        Add(bindings, tls, ChannelBindingKind.Endpoint, ChannelBindingTypes.ServerEndPoint);
        return bindings.ToImmutable();
    }

    private static void Add(ImmutableArray<ChannelBinding>.Builder bindings, SslStream tls, ChannelBindingKind kind, string type)
    {
        using var binding = tls.TransportContext.GetChannelBinding(kind);
        if (binding is null || binding.Size <= HeaderBytes)
        {
            return;
        }

        var token = new byte[binding.Size];
        Marshal.Copy(binding.DangerousGetHandle(), token, 0, token.Length);
        var data = token.AsSpan(HeaderBytes, Math.Min(BitConverter.ToInt32(token, LengthAt), token.Length - HeaderBytes));
        var prefix = data.IndexOf((byte)':') + 1;
        bindings.Add(new ChannelBinding(type, [.. data[prefix..]]));
    }
}
