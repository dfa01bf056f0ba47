using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The file to send, its target and its session.</summary>
/// <param name="Self">Full JID that the offer comes from; it is part of the destination address.</param>
/// <param name="Peer">Full JID of the target, or the domain of a component; it is part of the destination address, too.</param>
/// <param name="SessionId">SI id, which is the bytestream's <c>sid</c> too.</param>
/// <param name="File">What is offered.</param>
internal sealed record InitiatorPlan(Jid Self, Jid Peer, string SessionId, FileDescription File)
{
    /// <summary>Stream methods that may be used.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.Socks5;

    /// <summary>Session id of a second offer, with the stream method that the first one did not list; null = no second offer.</summary>
    public string? SecondSessionId { get; init; }

    /// <summary>
    /// Session id of an offer to a peer that got in-band blocks out of order: the same file one block at a time. Null = no such offer.
    /// </summary>
    public string? LockStepSessionId { get; init; }

    /// <summary>Files above this size, in bytes, use in-band only when no other method is allowed.</summary>
    public long InBandMost { get; init; } = long.MaxValue;

    /// <summary>In-band bytestreams are allowed for this file.</summary>
    public bool MayGoInBand => Methods == StreamMethods.InBand || (Methods.HasFlag(StreamMethods.InBand) && InBandMost > 0 && File.Size <= InBandMost);

    /// <summary>
    /// An empty file is offered in-band only, where its end is a stanza. Over SOCKS5 it is a connection that closes at once, which
    /// libpurple and Smack 4.4 treat as a failure; given both methods, they and most others choose SOCKS5.
    /// </summary>
    public bool PrefersInBand => File.Size == 0 && MayGoInBand;

    /// <summary>SOCKS5 bytestreams are allowed.</summary>
    public bool MayGoSocks5 => (Methods & StreamMethods.Socks5) != StreamMethods.None;
}

/// <summary>The requests of an initiator.</summary>
internal enum InitiatorRequest
{
    /// <summary>The SI offer, to the target.</summary>
    Offer,

    /// <summary>The list of streamhosts, to the target.</summary>
    Streamhosts,

    /// <summary>The activation, to the proxy.</summary>
    Activation,
}

/// <summary>The inputs of an initiator.</summary>
internal abstract record InitiatorInput
{
    /// <summary>Start.</summary>
    /// <param name="File">What is offered, when more is known about it than the plan contains.</param>
    public sealed record Begin(FileDescription? File = null) : InitiatorInput;

    /// <summary>The file to send cannot be read.</summary>
    public sealed record Unreadable(string Detail) : InitiatorInput;

    /// <summary>A request was answered, or the response will never come.</summary>
    public sealed record Answered(InitiatorRequest Request, Answer Answer) : InitiatorInput;

    /// <summary>The streamhosts that this side can offer, best first: local addresses, then proxies.</summary>
    /// <param name="Hosts">The hosts.</param>
    /// <param name="LinkLost">The list may be incomplete: the link to the server was lost during proxy discovery.</param>
    public sealed record HostsFound(ImmutableArray<StreamHost> Hosts, bool LinkLost = false) : InitiatorInput;

    /// <summary>The streamhost listener expects the session's destination address, or is not needed.</summary>
    public sealed record Listening : InitiatorInput;

    /// <summary>The SOCKS5 connection to the streamhost is established.</summary>
    /// <param name="Host">The address used; null = the connection is direct.</param>
    /// <param name="Failed">Addresses that were tried before and failed; default = none.</param>
    public sealed record LinkUp(StreamHost? Host = null, ImmutableArray<StreamHost> Failed = default) : InitiatorInput;

    /// <summary>The streamhost cannot be reached, or the peer has not made the direct connection that it reported.</summary>
    /// <param name="Detail">The reason for each address.</param>
    /// <param name="Failed">Addresses that were tried and failed; default = none.</param>
    public sealed record LinkFailed(string Detail, ImmutableArray<StreamHost> Failed = default) : InitiatorInput;

    /// <summary>The peer opened the in-band bytestream.</summary>
    public sealed record InBandUp : InitiatorInput;

    /// <summary>The peer refused the in-band bytestream, or did not respond.</summary>
    public sealed record InBandFailed(Answer Answer, string Detail) : InitiatorInput;

    /// <summary>The peer got in-band blocks out of order; the byte stream is about to end because of it.</summary>
    public sealed record InBandOrderLost(string Detail) : InitiatorInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : InitiatorInput;

    /// <summary>The byte stream ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : InitiatorInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : InitiatorInput;

    /// <summary>The application cancels.</summary>
    public sealed record Cancel : InitiatorInput;
}

/// <summary>The outputs of an initiator.</summary>
internal abstract record InitiatorOutput
{
    /// <summary>Send an iq set and report the response as <see cref="InitiatorInput.Answered"/>.</summary>
    public sealed record Ask(InitiatorRequest Request, Jid To, XmlElement Payload) : InitiatorOutput;

    /// <summary>Collect streamhosts and report <see cref="InitiatorInput.HostsFound"/>.</summary>
    public sealed record FindHosts : InitiatorOutput;

    /// <summary>Let the streamhost listener accept this address once; report <see cref="InitiatorInput.Listening"/>.</summary>
    public sealed record Listen(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Connect to a proxy at one of its addresses; report <see cref="InitiatorInput.LinkUp"/> or <see cref="InitiatorInput.LinkFailed"/>.</summary>
    public sealed record Connect(ImmutableArray<StreamHost> Hosts, DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Take over the peer's connection to the listener; report as for <see cref="Connect"/>.</summary>
    public sealed record TakeDirect(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>A proxy worked or failed; later transfers order proxies by this.</summary>
    public sealed record JudgeProxy(StreamHost Host, bool Served) : InitiatorOutput;

    /// <summary>Open an in-band bytestream; report <see cref="InitiatorInput.InBandUp"/> or <see cref="InitiatorInput.InBandFailed"/>.</summary>
    /// <param name="SessionId">The sid.</param>
    /// <param name="LeastOrder">
    /// The in-order guarantee that the peer must give for more than one outstanding block; null = always one block at a time.
    /// </param>
    public sealed record OpenInBand(string SessionId, BlockOrder? LeastOrder) : InitiatorOutput;

    /// <summary>The next offer has a session id of its own; resources of the previous one are released.</summary>
    public sealed record ChangeSession(string SessionId) : InitiatorOutput;

    /// <summary>Send these bytes of the content; report progress and <see cref="InitiatorInput.FlowEnded"/>.</summary>
    public sealed record StartFlow(long Offset, long Length, StreamMethod Method, StreamHost? Host) : InitiatorOutput;

    /// <summary>The transfer has ended; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : InitiatorOutput;
}

/// <summary>State of an initiator.</summary>
internal sealed record InitiatorState(InitiatorPlan Plan)
{
    /// <summary>The state of the transfer.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>SI id of the current offer, and the bytestream's <c>sid</c>.</summary>
    public string SessionId { get; init; } = Plan.SessionId;

    /// <summary>Stream methods of that offer, in order of preference.</summary>
    public ImmutableArray<string> Methods { get; init; } =
        [.. new[] { Namespaces.Bytestreams }.Where(_ => Plan.MayGoSocks5 && !Plan.PrefersInBand), .. new[] { Namespaces.Ibb }.Where(_ => Plan.MayGoInBand)];

    /// <summary>The range of the file that the target requested.</summary>
    public FileRange Range { get; init; }

    /// <summary>What was offered to the target.</summary>
    public ImmutableArray<StreamHost> Hosts { get; init; } = [];

    /// <summary>Candidate addresses of the streamhost in use; one when connected.</summary>
    public ImmutableArray<StreamHost> Candidates { get; init; } = [];

    /// <summary>The in-band bytestream is being opened.</summary>
    public bool IsOpeningInBand { get; init; }

    /// <summary>Why SOCKS5 bytestreams failed, when another method is tried.</summary>
    public TransferOutcome? Socks5Failure { get; init; }

    /// <summary>Why the in-band bytestream failed, when the file is offered again one block at a time.</summary>
    public TransferOutcome? InBandFailure { get; init; }

    /// <summary>The stream method in use.</summary>
    public StreamMethod? Method { get; init; }

    /// <summary>The SOCKS5 address of this session (XEP-0065 §5.3.2).</summary>
    public DestinationAddress Destination => DestinationAddress.Compute(SessionId, Plan.Self, Plan.Peer);

    /// <summary>A second offer was made.</summary>
    public bool IsSecondOffer => SessionId != Plan.SessionId;

    /// <summary>
    /// The in-order guarantee required for several outstanding in-band blocks. Content that can be read only once cannot be sent again when
    /// the software name of the peer was misleading.
    /// </summary>
    public BlockOrder? LeastOrder => InBandFailure is not null ? null : Plan.File.Ranged ? BlockOrder.Known : BlockOrder.Promised;
}
