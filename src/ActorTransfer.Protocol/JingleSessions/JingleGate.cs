using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>Which actions of the peer are valid in a session. Source: XEP-0166 §7.2.</summary>
internal static class JingleGate
{
    /// <summary>The error to reply with, or null if the action is valid.</summary>
    /// <param name="action">The action.</param>
    /// <param name="role">This side's role.</param>
    /// <param name="isAccepted">The session is accepted.</param>
    /// <param name="isReplacing">This side has offered another transport. Gajim accepts it with session-accept.</param>
    public static StanzaError? Refusal(JingleAction action, JingleRole role, bool isAccepted, bool isReplacing) => action switch
    {
        JingleAction.SessionInitiate => StanzaError.Conflict,
        JingleAction.SessionAccept => role == JingleRole.Initiator && (!isAccepted || isReplacing) ? null : JingleErrors.OutOfOrder,
        JingleAction.TransportAccept or JingleAction.TransportReject => isReplacing ? null : JingleErrors.OutOfOrder,
        JingleAction.ContentAccept or JingleAction.ContentReject => JingleErrors.OutOfOrder,
        JingleAction.ContentModify => isAccepted ? null : JingleErrors.OutOfOrder,
        _ => null,
    };
}
