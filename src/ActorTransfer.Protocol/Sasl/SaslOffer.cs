using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>The authentication features of a stream (RFC 6120 §6.4.1, XEP-0440).</summary>
/// <param name="Mechanisms">Names in the server's order, which is not a preference.</param>
/// <param name="BindingTypes">Channel bindings the server supports; null when it does not advertise them.</param>
internal sealed record SaslOffer(ImmutableArray<string> Mechanisms, ImmutableArray<string>? BindingTypes = null)
{
    /// <summary>Parses <c>stream:features</c>; null when they contain no SASL mechanisms.</summary>
    public static SaslOffer? Read(XmlElement features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Child(Namespaces.Sasl, "mechanisms") is not { } mechanisms)
        {
            return null;
        }

        var types = features.Child(Namespaces.SaslChannelBinding, "sasl-channel-binding")?
            .ChildrenNamed(Namespaces.SaslChannelBinding, "channel-binding")
            .Select(binding => binding["type"])
            .OfType<string>()
            .ToImmutableArray();
        return new SaslOffer([.. mechanisms.ChildrenNamed(Namespaces.Sasl, "mechanism").Select(name => name.Text.Trim())], types);
    }

    /// <summary>The best binding that both ends support, or null.</summary>
    /// <remarks>
    /// A server without XEP-0440 expects the type that belongs to its version of TLS; offering it the hash of the certificate would fail an
    /// authentication that works without a binding.
    /// </remarks>
    internal ChannelBinding? CommonBinding(SaslChannel channel) => ChannelBindingTypes.ByStrength
        .Where(type => BindingTypes?.Contains(type, StringComparer.Ordinal) ?? type != ChannelBindingTypes.ServerEndPoint)
        .Select(channel.Find)
        .FirstOrDefault(binding => binding is not null);
}
