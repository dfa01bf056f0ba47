using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>What the server's stream features say about logging in (RFC 6120 §6.4.1, XEP-0440).</summary>
/// <param name="Mechanisms">Names in the server's order, which means nothing.</param>
/// <param name="BindingTypes">Channel bindings the server can check; null when it does not say.</param>
internal sealed record SaslOffer(ImmutableArray<string> Mechanisms, ImmutableArray<string>? BindingTypes = null)
{
    /// <summary>Reads <c>stream:features</c>; null when no login is offered there.</summary>
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

    /// <summary>The best binding that both ends have, or null.</summary>
    /// <remarks>
    /// A server of the time before XEP-0440 expects the type that belongs to its version of TLS; offering it the hash of the
    /// certificate would fail a login that works without any binding.
    /// </remarks>
    internal ChannelBinding? CommonBinding(SaslChannel channel) => ChannelBindingTypes.ByStrength
        .Where(type => BindingTypes?.Contains(type, StringComparer.Ordinal) ?? type != ChannelBindingTypes.ServerEndPoint)
        .Select(channel.Find)
        .FirstOrDefault(binding => binding is not null);
}
