using System.Collections.Immutable;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>How far a session is.</summary>
internal enum JingleStage
{
    /// <summary>Responder: the application is asked.</summary>
    Deciding,

    /// <summary>Own candidates are collected for the offer, its acceptance, or the acceptance of another transport.</summary>
    Collecting,

    /// <summary>Initiator: the session is offered.</summary>
    Offered,

    /// <summary>Candidates are negotiated.</summary>
    Negotiating,

    /// <summary>Responder: the transport failed; the initiator may replace it.</summary>
    AwaitingReplacement,

    /// <summary>Initiator: another transport is offered.</summary>
    Replacing,

    /// <summary>The initiator opens the in-band bytestream.</summary>
    OpeningInBand,

    /// <summary>Bytes move.</summary>
    Flowing,

    /// <summary>All bytes have moved, or no more can; the rest is known soon.</summary>
    Verifying,

    /// <summary>The session has ended.</summary>
    Ended,
}

/// <summary>State of a <see cref="JingleSession"/>.</summary>
/// <param name="Self">This side.</param>
/// <param name="Peer">The peer; from its first response on as its server spells it, which is how the peer knows itself.</param>
/// <param name="SessionId">The sid of the session.</param>
/// <param name="Role">This side's role, which says nothing about the direction of the bytes.</param>
/// <param name="Content">The only content: its key and its direction.</param>
/// <param name="File">What is offered.</param>
/// <param name="Transport">The current transport, with the candidates of the peer.</param>
internal sealed record JingleSessionState(
    Jid Self, Jid Peer, string SessionId, JingleRole Role, JingleContent Content, JingleFile File, JingleTransport Transport)
{
    /// <summary>How far the session is.</summary>
    public JingleStage Stage { get; init; } = Role == JingleRole.Initiator ? JingleStage.Collecting : JingleStage.Deciding;

    /// <summary>
    /// Responder: the offer, which has no response so far. Without what was read already: it is kept as long as the application decides.
    /// </summary>
    public JingleInput.Received? Offer { get; init; }

    /// <summary>Responder: the offer describes a file that cannot be read.</summary>
    public bool IsFileInvalid { get; init; }

    /// <summary>Initiator: the sid to use if the peer already has a session with the first one.</summary>
    public string? SecondSessionId { get; init; }

    /// <summary>Initiator: the sid of an in-band bytestream in place of the first transport.</summary>
    public string? ReplacementId { get; init; }

    /// <summary>Stream methods that may be used.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>Files above this size, in bytes, are sent in-band only when no other method is allowed.</summary>
    public long InBandMost { get; init; } = long.MaxValue;

    /// <summary>The largest block size of in-band bytestreams.</summary>
    public int BlockSize { get; init; } = TransportReplacement.BlockSize;

    /// <summary>Responder: the block size that the peer offered last, up to which blocks are accepted.</summary>
    public int OfferedBlockSize { get; init; } = Transport is JingleTransport.InBand { BlockSize: { } size } ? size : TransportReplacement.BlockSize;

    /// <summary>Responder: the request that opened the in-band bytestream.</summary>
    public string? OpenStanzaId { get; init; }

    /// <summary>Receiver: the largest file that is accepted; null = any. One whose size is not announced is limited while it arrives.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The application may have files that the peer requests.</summary>
    public bool ServesRequests { get; init; }

    /// <summary>The session is accepted, or is being accepted by this side.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>The peer has acknowledged the offer.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The candidates that this side offered for the current transport.</summary>
    public ImmutableArray<TransportCandidate> OwnCandidates { get; init; } = [];

    /// <summary>The state of the negotiation of the current transport; null before it.</summary>
    public NegotiationState? Negotiation { get; init; }

    /// <summary>The sid of the transport before the current one, about which the peer may still report.</summary>
    public string? FormerTransportId { get; init; }

    /// <summary>Reports of the peer from before the negotiation.</summary>
    public ImmutableArray<TransportNotice> EarlyNotices { get; init; } = [];

    /// <summary>SOCKS5 bytestreams of the peer were accepted in place of the first ones.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Why SOCKS5 bytestreams failed, when another transport is tried.</summary>
    public TransferOutcome? Socks5Failure { get; init; }

    /// <summary>The part of the file that is sent, or that this side asked for.</summary>
    public FileRange Range { get; init; }

    /// <summary>The stream method in use.</summary>
    public StreamMethod? Method { get; init; }

    /// <summary>Bytes have moved.</summary>
    public bool HasBytes { get; init; }

    /// <summary>Sender: what is known about the end.</summary>
    public SendingCompletion Sending { get; init; } = new();

    /// <summary>Receiver: what is known about the hashes.</summary>
    public ReceivingCompletion Receiving { get; init; } = new() { Given = File.Hashes, Announced = File.HashesUsed };

    /// <summary>Receiver: how the bytes ended early, while the sender may still say why.</summary>
    public FlowEnd? Interruption { get; init; }

    /// <summary>Receiver: the result of their comparison.</summary>
    public HashMatch Match { get; init; }

    /// <summary>
    /// Receiver: the file is being put in place, which succeeds or fails. Cancellation and timeouts are ignored from here on, so that a
    /// transfer that did not complete leaves no file behind.
    /// </summary>
    public bool IsPuttingInPlace { get; init; }

    /// <summary>The outcome of a session that this side has ended, until the peer has confirmed that; null before and after.</summary>
    public TransferOutcome? Ending { get; init; }

    /// <summary>The peer ended the session, or no stanza reaches it any more: nothing more is sent to it.</summary>
    public bool IsPeerGone { get; init; }

    /// <summary>The peer has responded that it does not support Jingle, or not for files.</summary>
    public bool IsUnsupported { get; init; }

    /// <summary>Null before the end.</summary>
    public TransferOutcome? Outcome { get; init; }

    /// <summary>This side sends the bytes.</summary>
    public bool Sends => Content.Senders == JingleSenders.Both ? Content.Creator == Role : Content.Senders == Role.AsSender();

    /// <summary>The SOCKS5 addresses of the current transport.</summary>
    public CandidateDestinations Destinations => new(Transport.SessionId, Self, Peer, Role);

    /// <summary>SOCKS5 bytestreams are allowed.</summary>
    public bool MayGoSocks5 => (Methods & StreamMethods.Socks5) != StreamMethods.None;

    /// <summary>In-band bytestreams are allowed for this file.</summary>
    public bool MayGoInBand => Methods == StreamMethods.InBand || (Methods.HasFlag(StreamMethods.InBand) && InBandMost > 0 && (File.Size ?? 0) <= InBandMost);

    /// <summary>The state of the transfer.</summary>
    public TransferState Phase => Stage switch
    {
        _ when Outcome is { } outcome => outcome.EndState,
        JingleStage.Deciding or JingleStage.Offered => TransferState.Offer,
        JingleStage.Collecting => IsAccepted ? TransferState.Accepted : TransferState.Offer,
        JingleStage.Negotiating when Negotiation?.Nominated is not null => TransferState.Connected,
        JingleStage.Negotiating => Role == JingleRole.Initiator ? TransferState.StreamhostSent : TransferState.StreamhostReceived,
        JingleStage.Flowing => HasBytes ? TransferState.Streaming : TransferState.Activated,
        JingleStage.Verifying => TransferState.Verifying,
        _ => TransferState.Accepted,
    };

    /// <summary>The first state of a session that offers a file.</summary>
    /// <param name="self">This side.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="sessionId">The sid of the session.</param>
    /// <param name="transportId">The sid of the first transport.</param>
    /// <param name="file">What is offered.</param>
    public static JingleSessionState Of(Jid self, Jid peer, string sessionId, string transportId, FileDescription file) => new(
        self, peer, sessionId, JingleRole.Initiator, new JingleContent(JingleRole.Initiator, "file") { Senders = JingleSenders.Initiator },
        JingleFile.Of(file), new JingleTransport.Socks5(transportId, []));

    /// <summary>The first state of a session that the peer offers; <see cref="JingleInput.Begin"/> decides whether it can be processed.</summary>
    public static JingleSessionState Of(Iq stanza, JingleRequest offer)
    {
        var (self, peer) = (Known(stanza.To), Known(stanza.From));
        var content = offer.Contents[0];
        var transport = content.Transport is { } element ? JingleTransport.Read(element, peer) : new JingleTransport.Unknown("");
        var key = new JingleContent(content.Creator, content.Name) { Senders = content.Senders };
        var file = JingleFile.Read(content.Description);
        return new JingleSessionState(self, peer, offer.SessionId, JingleRole.Responder, key, file ?? new JingleFile(), transport)
        {
            Offer = new JingleInput.Received(stanza.WithoutPayload(), WithoutDetails(offer)),
            IsFileInvalid = file is null && JingleFile.IsDescription(content.Description),
        };

        // Whether there are more contents than one matters, and of which kind their parts are.
        static JingleRequest WithoutDetails(JingleRequest offer) => new(offer.Action, offer.SessionId)
        {
            Contents =
            [
                .. offer.Contents.Take(2).Select(content => new JingleContent(content.Creator, content.Name)
                {
                    Description = HeadOf(content.Description),
                    Security = HeadOf(content.Security),
                }),
            ],
        };

        static XmlElement? HeadOf(XmlElement? element) => element is null ? null : new XmlElement(element.Namespace, element.Name);

        static Jid Known(Jid? jid) => jid ?? throw new InvalidOperationException("An offer without sender and addressee cannot be handled.");
    }
}
