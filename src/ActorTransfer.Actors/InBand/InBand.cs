using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.InBand;

/// <summary>Between whom an in-band bytestream runs.</summary>
/// <param name="Self">This side's address.</param>
/// <param name="Peer">The other side: a full JID, or the domain of a component.</param>
/// <param name="SessionId">The sid: that of the stream initiation.</param>
internal sealed record InBandSession(Jid Self, Jid Peer, string SessionId);

/// <summary>
/// What the two actors of in-band bytestreams tell their parent: <see cref="Opened"/> or <see cref="Refused"/>, once. The parent forwards to them every request and
/// message in the namespace with their sid, as it came from the connection, until it has disposed the link or was told <see cref="Refused"/>.
/// </summary>
internal static class InBand
{
    /// <summary>
    /// The stream is open. The parent owns the link; the actor stops when it is disposed. A sender's link has no incoming bytes, a
    /// receiver's takes no outgoing ones.
    /// </summary>
    public sealed record Opened(IByteLink Link);

    /// <summary>The stream was not opened; the actor stops. A receiver has told the peer, which may ask again for something else.</summary>
    /// <param name="Answer">What came of the request to open.</param>
    /// <param name="Detail">The same for people.</param>
    public sealed record Refused(Answer Answer, string Detail);

    /// <summary>
    /// From a sender, before its link breaks for that reason: the peer does not handle blocks in order, and lost some. The same bytes can be sent in lock step.
    /// </summary>
    /// <param name="Detail">For people.</param>
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

    /// <summary>A request whose answer does not matter: nobody waits for it.</summary>
    internal static Iq CloseOf(this InBandSession session) =>
        Iq.Set(StanzaIds.Random(), session.Peer, IbbClose.ToXml(session.SessionId), session.Self);
}
