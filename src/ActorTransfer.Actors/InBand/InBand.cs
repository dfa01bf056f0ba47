using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.InBand;

/// <summary>Addresses and id of an in-band bytestream.</summary>
/// <param name="Self">This side's address.</param>
/// <param name="Peer">The other side: a full JID, or the domain of a component.</param>
/// <param name="SessionId">The sid: that of the stream initiation.</param>
internal sealed record InBandSession(Jid Self, Jid Peer, string SessionId);

/// <summary>
/// Messages of the two actors of in-band bytestreams to their parent: <see cref="Opened"/> or <see cref="Refused"/>, once. They get
/// requests and messages of their session from the connection, see <see cref="Connections.Connection.ServeInBand"/>.
/// </summary>
internal static class InBand
{
    /// <summary>
    /// The stream is open. The parent owns the link; the actor stops when it is disposed. A sender's link has no incoming bytes, a
    /// receiver's takes no outgoing ones.
    /// </summary>
    public sealed record Opened(IByteLink Link);

    /// <summary>The stream was not opened; the actor stops. A receiver has refused the request; the peer may send another one.</summary>
    /// <param name="Answer">Result of the request to open.</param>
    /// <param name="Detail">Human-readable.</param>
    public sealed record Refused(Answer Answer, string Detail);

    /// <summary>
    /// From a sender, before its link fails for this reason: the peer does not handle blocks in order and lost some. The bytes can be sent again in lock step.
    /// </summary>
    /// <param name="Detail">Human-readable.</param>
    public sealed record OrderLost(string Detail);

    internal static ByteLinkException Exception(IbbFault fault, string why) => new(
        fault switch
        {
            IbbFault.PeerClosed => ByteLinkFault.PeerClosedEarly,
            IbbFault.PeerRefused or IbbFault.OutOfOrder => ByteLinkFault.PeerRefused,
            IbbFault.PeerStalled => ByteLinkFault.PeerStalled,
            IbbFault.LinkLost => ByteLinkFault.CarrierLost,
            _ => ByteLinkFault.LocalFailure,
        },
        why);

    internal static IbbSenderTerms SenderTerms(this InBandSettings settings) =>
        new(settings.BlockSize, settings.MinBlockSize, settings.Window, settings.SlowAck, settings.MaxRetries);

    internal static IbbReceiverTerms ReceiverTerms(this InBandSettings settings) =>
        new(settings.MaxBlockSize, settings.ReceiveBacklog, settings.AckDelay, settings.AcceptMessages);

    /// <summary>A request whose response is ignored.</summary>
    internal static Iq CloseOf(this InBandSession session) =>
        Iq.Set(StanzaIds.Random(), session.Peer, IbbClose.ToXml(session.SessionId), session.Self);
}
