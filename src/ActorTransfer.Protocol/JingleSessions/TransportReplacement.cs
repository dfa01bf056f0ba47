using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>What to do with a transport-replace of the peer.</summary>
internal enum ReplacementDecision
{
    /// <summary>Accept SOCKS5 bytestreams once more.</summary>
    AcceptSocks5,

    /// <summary>Accept in-band bytestreams.</summary>
    AcceptInBand,

    /// <summary>Decline it with transport-reject; the session continues.</summary>
    Reject,

    /// <summary>Refuse it with an error: both sides replace the transport at once, and this side is the initiator.</summary>
    TieBreak,
}

/// <summary>What to do when the transport failed.</summary>
internal enum ReplacementStart
{
    /// <summary>Offer in-band bytestreams.</summary>
    OfferInBand,

    /// <summary>Wait for the initiator's replacement.</summary>
    Await,

    /// <summary>End the session: there is no other transport.</summary>
    End,
}

/// <summary>The change of the transport of a session. Source: XEP-0166 §7.2.14, XEP-0260 §3.</summary>
internal static class TransportReplacement
{
    /// <summary>
    /// The default block size, which Libervia and Gajim use whatever is agreed.
    /// </summary>
    public const int BlockSize = 4096;

    /// <summary>Only the initiator begins it, so that both sides do not do it at once.</summary>
    public static ReplacementStart Start(JingleRole role, bool mayGoInBand) =>
        !mayGoInBand ? ReplacementStart.End : role == JingleRole.Initiator ? ReplacementStart.OfferInBand : ReplacementStart.Await;

    /// <summary>Decides on a transport-replace.</summary>
    /// <param name="offered">The other transport.</param>
    /// <param name="role">This side's role.</param>
    /// <param name="isOwnPending">This side has sent a transport-replace that is not answered.</param>
    /// <param name="hasBytes">Bytes have moved.</param>
    /// <param name="isReplaced">SOCKS5 bytestreams were accepted once: Dino offers them again and again.</param>
    /// <param name="methods">The methods that may be used.</param>
    public static ReplacementDecision Decide(
        JingleTransport offered, JingleRole role, bool isOwnPending, bool hasBytes, bool isReplaced, StreamMethods methods) => offered switch
        {
            _ when isOwnPending && role == JingleRole.Initiator => ReplacementDecision.TieBreak,
            _ when hasBytes || offered.SessionId.Length == 0 => ReplacementDecision.Reject,
            JingleTransport.InBand when methods.HasFlag(StreamMethods.InBand) => ReplacementDecision.AcceptInBand,
            JingleTransport.Socks5 when !isReplaced && (methods & StreamMethods.Socks5) != StreamMethods.None => ReplacementDecision.AcceptSocks5,
            _ => ReplacementDecision.Reject,
        };

    /// <summary>The block size to agree to: the peer that accepts may lower it, never raise it.</summary>
    /// <param name="offered">By the side that offered the transport.</param>
    /// <param name="accepted">By the other one; null or larger in answers of some peers.</param>
    public static int Agree(int offered, int? accepted) => Math.Min(offered, accepted is > 0 and <= IbbOpen.MaxBlockSize ? accepted.Value : offered);
}
