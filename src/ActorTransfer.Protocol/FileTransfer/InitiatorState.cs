using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>What the initiator wants to send, to whom, under which session.</summary>
/// <param name="Self">Full JID that the offer comes from; it is part of the destination address.</param>
/// <param name="Peer">Full JID of the target, or the domain of a component; it is part of the destination address, too.</param>
/// <param name="SessionId">SI id, which is the bytestream's <c>sid</c> too.</param>
/// <param name="File">What is offered.</param>
internal sealed record InitiatorPlan(Jid Self, Jid Peer, string SessionId, FileDescription File)
{
    /// <summary>StreamMethods that may be taken.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.Socks5;

    /// <summary>Session id of a second offer, which lists the stream method that the first one did not; null = no second offer.</summary>
    public string? SecondSessionId { get; init; }

    /// <summary>Session id of an offer to a peer that lost the order of in-band blocks: the same file in lock step. Null = no such offer.</summary>
    public string? LockStepSessionId { get; init; }

    /// <summary>Files above this size, in bytes, go in-band only when no other method is allowed.</summary>
    public long InBandMost { get; init; } = long.MaxValue;

    /// <summary>In-band bytestreams are allowed for this file.</summary>
    public bool MayGoInBand => Methods == StreamMethods.InBand || (Methods.HasFlag(StreamMethods.InBand) && InBandMost > 0 && File.Size <= InBandMost);

    /// <summary>
    /// An empty file is offered in-band only, where its end is a stanza. Over SOCKS5 it is a connection that closes at once, which libpurple and Smack 4.4 take
    /// for a failure; of both methods they and most others choose SOCKS5.
    /// </summary>
    public bool PrefersInBand => File.Size == 0 && MayGoInBand;

    /// <summary>SOCKS5 bytestreams are allowed.</summary>
    public bool MayGoSocks5 => (Methods & StreamMethods.Socks5) != StreamMethods.None;
}

/// <summary>The requests that an initiator asks.</summary>
internal enum InitiatorRequest
{
    /// <summary>The SI offer, to the target.</summary>
    Offer,

    /// <summary>The list of streamhosts, to the target.</summary>
    Streamhosts,

    /// <summary>The activation, to the proxy.</summary>
    Activation,
}

/// <summary>What can happen to an initiator.</summary>
internal abstract record InitiatorInput
{
    /// <summary>Start.</summary>
    /// <param name="File">What is offered, when more is known about it than the plan says.</param>
    public sealed record Begin(FileDescription? File = null) : InitiatorInput;

    /// <summary>What is to be sent cannot be read.</summary>
    public sealed record Unreadable(string Detail) : InitiatorInput;

    /// <summary>A request was answered, or never will be.</summary>
    public sealed record Answered(InitiatorRequest Request, Answer Answer) : InitiatorInput;

    /// <summary>The streamhosts that this side can offer, best first: own addresses, then proxies.</summary>
    /// <param name="Hosts">The hosts.</param>
    /// <param name="LinkLost">They may not be all: the link to the server was lost while proxies were looked for.</param>
    public sealed record HostsFound(ImmutableArray<StreamHost> Hosts, bool LinkLost = false) : InitiatorInput;

    /// <summary>The stream-host listener expects the session's destination address, or needs not.</summary>
    public sealed record Listening : InitiatorInput;

    /// <summary>The SOCKS5 connection to the streamhost is up.</summary>
    /// <param name="Host">At which of its addresses; null = the connection is direct.</param>
    /// <param name="Failed">Addresses that were tried before and could not be used; default = none.</param>
    public sealed record LinkUp(StreamHost? Host = null, ImmutableArray<StreamHost> Failed = default) : InitiatorInput;

    /// <summary>The streamhost cannot be reached, or the direct connection that the peer usage does not exist.</summary>
    /// <param name="Detail">Why, address by address.</param>
    /// <param name="Failed">Addresses that were tried and could not be used; default = none.</param>
    public sealed record LinkFailed(string Detail, ImmutableArray<StreamHost> Failed = default) : InitiatorInput;

    /// <summary>The peer opened its end of the in-band bytestream.</summary>
    public sealed record InBandUp : InitiatorInput;

    /// <summary>The peer refused the in-band bytestream, or did not answer.</summary>
    public sealed record InBandFailed(Answer Answer, string Detail) : InitiatorInput;

    /// <summary>The peer lost the order of in-band blocks; the byte flow is about to end for it.</summary>
    public sealed record InBandOrderLost(string Detail) : InitiatorInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : InitiatorInput;

    /// <summary>The byte flow ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : InitiatorInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : InitiatorInput;

    /// <summary>The host wants out.</summary>
    public sealed record Cancel : InitiatorInput;
}

/// <summary>What an initiator wants done.</summary>
internal abstract record InitiatorOutput
{
    /// <summary>Send an iq set and report the answer as <see cref="InitiatorInput.Answered"/>.</summary>
    public sealed record Ask(InitiatorRequest Request, Jid To, XmlElement Payload) : InitiatorOutput;

    /// <summary>Collect streamhosts and report <see cref="InitiatorInput.HostsFound"/>.</summary>
    public sealed record FindHosts : InitiatorOutput;

    /// <summary>Let the stream-host listener grant this address once; report <see cref="InitiatorInput.Listening"/>.</summary>
    public sealed record Listen(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Connect to a proxy at one of its addresses; report <see cref="InitiatorInput.LinkUp"/> or <see cref="InitiatorInput.LinkFailed"/>.</summary>
    public sealed record Connect(ImmutableArray<StreamHost> Hosts, DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Take over the connection that the peer made to the listener; report as for <see cref="Connect"/>.</summary>
    public sealed record TakeDirect(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>A proxy served, or did not; later transfers order proxies by this.</summary>
    public sealed record JudgeProxy(StreamHost Host, bool Served) : InitiatorOutput;

    /// <summary>Open an in-band bytestream; report <see cref="InitiatorInput.InBandUp"/> or <see cref="InitiatorInput.InBandFailed"/>.</summary>
    /// <param name="SessionId">The sid.</param>
    /// <param name="LeastOrder">What must be known of the peer's order for more than one block under way; null = lock step whatever is known.</param>
    public sealed record OpenInBand(string SessionId, BlockOrder? LeastOrder) : InitiatorOutput;

    /// <summary>The next offer has a session id of its own; what is left of the one before is released.</summary>
    public sealed record ChangeSession(string SessionId) : InitiatorOutput;

    /// <summary>Send these bytes of the content; report progress and <see cref="InitiatorInput.FlowEnded"/>.</summary>
    public sealed record StartFlow(long Offset, long Length, StreamMethod Method, StreamHost? Host) : InitiatorOutput;

    /// <summary>The conversation is over; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : InitiatorOutput;
}

/// <summary>State of an initiator's conversation.</summary>
internal sealed record InitiatorState(InitiatorPlan Plan)
{
    /// <summary>Where the transfer stands.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>SI id of the offer that counts, and the bytestream's <c>sid</c>.</summary>
    public string SessionId { get; init; } = Plan.SessionId;

    /// <summary>Stream methods of that offer, in order of preference.</summary>
    public ImmutableArray<string> Methods { get; init; } =
        [.. new[] { Namespaces.Bytestreams }.Where(_ => Plan.MayGoSocks5 && !Plan.PrefersInBand), .. new[] { Namespaces.Ibb }.Where(_ => Plan.MayGoInBand)];

    /// <summary>What part of the file the target asked for.</summary>
    public FileRange Range { get; init; }

    /// <summary>What was offered to the target.</summary>
    public ImmutableArray<StreamHost> Hosts { get; init; } = [];

    /// <summary>Addresses of the streamhost in use; one when it is connected to.</summary>
    public ImmutableArray<StreamHost> Candidates { get; init; } = [];

    /// <summary>The in-band bytestream is being opened.</summary>
    public bool IsOpeningInBand { get; init; }

    /// <summary>Why SOCKS5 bytestreams failed, when something else is tried.</summary>
    public TransferOutcome? Socks5Failure { get; init; }

    /// <summary>Why the in-band bytestream failed, when the file is offered once more in lock step.</summary>
    public TransferOutcome? InBandFailure { get; init; }

    /// <summary>The method that the bytes take.</summary>
    public StreamMethod? Method { get; init; }

    /// <summary>The SOCKS5 address of this session (XEP-0065 §5.3.2).</summary>
    public DestinationAddress Destination => DestinationAddress.Compute(SessionId, Plan.Self, Plan.Peer);

    /// <summary>A second offer is, or was, on its way.</summary>
    public bool IsSecondOffer => SessionId != Plan.SessionId;

    /// <summary>
    /// What must be known of the peer for several in-band blocks under way. Content that can be read once cannot be sent again when the peer's name was wrong.
    /// </summary>
    public BlockOrder? LeastOrder => InBandFailure is not null ? null : Plan.File.Ranged ? BlockOrder.Known : BlockOrder.Promised;
}
