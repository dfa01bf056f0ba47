using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>The refusals of an offer. Source: XEP-0095 §3.3 and §4.</summary>
internal static class SiErrors
{
    /// <summary>None of the offered methods can be used.</summary>
    public static readonly StanzaError NoValidStreams =
        new(ErrorType.Cancel, ErrorConditions.BadRequest, null, new XmlElement(Namespaces.StreamInitiation, "no-valid-streams"));

    /// <summary>The profile is absent, unknown, or its part of the offer is not usable.</summary>
    public static readonly StanzaError BadProfile =
        new(ErrorType.Modify, ErrorConditions.BadRequest, null, new XmlElement(Namespaces.StreamInitiation, "bad-profile"));

    /// <summary>A session with this id from this peer is already active.</summary>
    public static readonly StanzaError Conflict = StanzaError.Conflict;

    /// <summary>Too large, over quota, too many pending offers: may work later.</summary>
    public static readonly StanzaError ResourceConstraint = StanzaError.ResourceConstraint;

    /// <summary>The user or a policy declined.</summary>
    /// <param name="text">The reason for display, or null.</param>
    public static StanzaError Declined(string? text = null) => StanzaError.Declined with { Text = text };
}
