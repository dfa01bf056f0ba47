using System.Collections.Immutable;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>Selects the SASL mechanisms to try, the best first.</summary>
internal static class SaslChoice
{
    /// <summary>
    /// EXTERNAL before SCRAM with channel binding before SCRAM before PLAIN. If the channel can be bound, weaker mechanisms are excluded:
    /// falling back would permit a man-in-the-middle attack.
    /// </summary>
    /// <param name="offer">The mechanisms that the server offers.</param>
    /// <param name="credentials">User and password are prepared.</param>
    /// <param name="channel">The connection below the stream.</param>
    /// <param name="nonce">The nonce of this attempt.</param>
    internal static ImmutableArray<SaslMechanism> Candidates(SaslOffer offer, SaslCredentials credentials, SaslChannel channel, string nonce)
    {
        var external = credentials.HasClientCertificate && Offers(offer, ExternalMechanism.Id)
            ? new ExternalMechanism(credentials.AuthorizationId)
            : null;
        return external is null ? WithPassword(offer, credentials, channel, nonce) : [external, .. WithPassword(offer, credentials, channel, nonce)];
    }

    private static ImmutableArray<SaslMechanism> WithPassword(SaslOffer offer, SaslCredentials credentials, SaslChannel channel, string nonce)
    {
        if (credentials.Password is not { } password)
        {
            return [];
        }

        ScramHash[] families = [ScramHash.Sha256, ScramHash.Sha1];
        var offersBinding = families.Any(family => Offers(offer, family.PlusName));
        var binding = offersBinding ? offer.CommonBinding(channel) : null;
        var scram = families
            .Where(family => Offers(offer, binding is null ? family.Name : family.PlusName))
            .Select(family => new ScramMechanism(
                family, credentials.User, password, credentials.AuthorizationId, nonce, binding, couldBind: channel.CanBind && !offersBinding));
        var plain = binding is null && Offers(offer, PlainMechanism.Id) && (channel.IsEncrypted || channel.AllowPlaintext)
            ? new PlainMechanism(credentials)
            : null;
        return plain is null ? [.. scram] : [.. scram, plain];
    }

    private static bool Offers(SaslOffer offer, string name) => offer.Mechanisms.Contains(name, StringComparer.OrdinalIgnoreCase);
}
