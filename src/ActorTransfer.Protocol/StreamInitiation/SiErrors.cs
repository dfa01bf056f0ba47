using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>What a refusal of an offer means, as far as peers let us know.</summary>
public enum SiRefusal
{
    /// <summary>The user, or a rule of theirs, said no.</summary>
    Declined,

    /// <summary>No stream method in common, or an offer the peer cannot read: many peers do not say which.</summary>
    NotUnderstood,

    /// <summary>No file transfer there, or nobody there.</summary>
    NotSupported,

    /// <summary>The stanza did not get there.</summary>
    Unreachable,

    /// <summary>Not now: limits, quotas, a conflict.</summary>
    NotNow,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>The refusals of an offer. Source: XEP-0095 §3.3 and §4.</summary>
public static class SiErrors
{
    /// <summary>None of the offered methods can be used.</summary>
    public static readonly StanzaError NoValidStreams =
        new(ErrorType.Cancel, ErrorConditions.BadRequest, null, new XmlElement(Namespaces.StreamInitiation, "no-valid-streams"));

    /// <summary>The profile is absent, unknown, or its part of the offer is not usable.</summary>
    public static readonly StanzaError BadProfile =
        new(ErrorType.Modify, ErrorConditions.BadRequest, null, new XmlElement(Namespaces.StreamInitiation, "bad-profile"));

    /// <summary>An offer with this id of this peer is alive already.</summary>
    public static readonly StanzaError Conflict = StanzaError.Conflict;

    /// <summary>Too large, over quota, too many open offers: may work later.</summary>
    public static readonly StanzaError ResourceConstraint = StanzaError.ResourceConstraint;

    /// <summary>The user or a policy declined.</summary>
    /// <param name="text">The reason for people, or null.</param>
    public static StanzaError Declined(string? text = null) => StanzaError.Declined with { Text = text };

    /// <summary>
    /// Reads a refusal by its condition only: types and SI conditions differ between implementations and are often missing.
    /// </summary>
    public static SiRefusal Meaning(StanzaError error) => error.Condition switch
    {
        ErrorConditions.Forbidden or ErrorConditions.NotAcceptable => SiRefusal.Declined,
        ErrorConditions.BadRequest => SiRefusal.NotUnderstood,
        ErrorConditions.ServiceUnavailable or ErrorConditions.FeatureNotImplemented => SiRefusal.NotSupported,
        ErrorConditions.RemoteServerNotFound or ErrorConditions.RemoteServerTimeout
            or ErrorConditions.RecipientUnavailable => SiRefusal.Unreachable,
        ErrorConditions.ResourceConstraint or ErrorConditions.Conflict => SiRefusal.NotNow,
        _ => SiRefusal.Other,
    };
}
