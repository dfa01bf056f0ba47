using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Jingle;

/// <summary>The errors of Jingle requests. Source: XEP-0166 §10.</summary>
internal static class JingleErrors
{
    /// <summary>The request is not valid in this state of the session.</summary>
    public static readonly StanzaError OutOfOrder = With(StanzaError.UnexpectedRequest, "out-of-order");

    /// <summary>Both sides did the same at once, and this one wins.</summary>
    public static readonly StanzaError TieBreak = With(StanzaError.Conflict, "tie-break");

    /// <summary>No session with this peer has this id.</summary>
    public static readonly StanzaError UnknownSession = With(StanzaError.ItemNotFound, "unknown-session");

    /// <summary>The payload of a session-info is unknown.</summary>
    public static readonly StanzaError UnsupportedInfo =
        With(new StanzaError(ErrorType.Modify, ErrorConditions.FeatureNotImplemented), "unsupported-info");

    /// <summary>Gajim writes <c>tiebreak</c>.</summary>
    public static bool IsTieBreak(StanzaError error) =>
        error.Application is { Namespace: Namespaces.JingleErrors, Name: var name } && name.Replace("-", "", StringComparison.Ordinal) == "tiebreak";

    /// <summary>The peer does not have the session, or not any more.</summary>
    public static bool IsUnknownSession(StanzaError error) => error.Application is { Namespace: Namespaces.JingleErrors, Name: "unknown-session" };

    private static StanzaError With(StanzaError error, string condition) =>
        error with { Application = new XmlElement(Namespaces.JingleErrors, condition) };
}
