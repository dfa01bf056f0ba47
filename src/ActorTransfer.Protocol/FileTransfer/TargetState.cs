using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The inputs of a target.</summary>
internal abstract record TargetInput
{
    /// <summary>Start: process the offer.</summary>
    public sealed record Begin : TargetInput;

    /// <summary>The application accepts the file and is ready to write it.</summary>
    /// <param name="Methods">Stream methods that it accepts.</param>
    /// <param name="Offset">Bytes of the file that exist already; the rest is requested.</param>
    public sealed record HostAccepted(StreamMethods Methods = StreamMethods.All, long Offset = 0) : TargetInput;

    /// <summary>The application declines the file, or cannot receive it.</summary>
    /// <param name="Error">The error sent to the peer.</param>
    public sealed record HostDeclined(StanzaError Error) : TargetInput
    {
        /// <summary>The local reason, if it differs: it may contain paths and other details that a peer must not see.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>All bytes have arrived and are verified; the file is ready to be put in place.</summary>
    public sealed record Arrived : TargetInput;

    /// <summary>The initiator's streamhosts arrived in this iq.</summary>
    public sealed record StreamhostsOffered(Iq Request) : TargetInput;

    /// <summary>The initiator opens an in-band bytestream with this iq.</summary>
    public sealed record InBandOffered(Iq Request) : TargetInput;

    /// <summary>The in-band bytestream is open; the response was sent.</summary>
    public sealed record InBandUp : TargetInput;

    /// <summary>The SOCKS5 handshake with this streamhost is done.</summary>
    public sealed record LinkUp(StreamHost Host) : TargetInput;

    /// <summary>A candidate is tried, or failed.</summary>
    /// <param name="Host">Which.</param>
    /// <param name="Reason">Null = it is being tried.</param>
    public sealed record StreamhostTried(StreamHost Host, string? Reason) : TargetInput;

    /// <summary>No streamhost could be reached.</summary>
    public sealed record LinkFailed(string Detail) : TargetInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : TargetInput;

    /// <summary>The byte stream ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : TargetInput;

    /// <summary>
    /// The link to the server is lost; no response can be sent any more. An in-band bytestream reports itself whether it was complete before.
    /// </summary>
    public sealed record LinkLost : TargetInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : TargetInput;

    /// <summary>The application cancels, or the engine for a reason that the peer is told.</summary>
    public sealed record Cancel(string? Reason = null) : TargetInput;
}

/// <summary>The outputs of a target.</summary>
internal abstract record TargetOutput
{
    /// <summary>Offer the file to the application.</summary>
    public sealed record AskHost : TargetOutput;

    /// <summary>Send this response.</summary>
    public sealed record Reply(Iq Answer) : TargetOutput;

    /// <summary>
    /// Try these candidates, best first; report <see cref="TargetInput.LinkUp"/> or <see cref="TargetInput.LinkFailed"/>. An earlier
    /// attempt of the same transfer is abandoned.
    /// </summary>
    public sealed record Connect(ImmutableArray<StreamHost> Hosts, DestinationAddress Destination) : TargetOutput;

    /// <summary>
    /// Open the in-band bytestream that this iq requests and respond to it; report <see cref="TargetInput.InBandUp"/>. SOCKS5 attempts and
    /// links of the same transfer are abandoned.
    /// </summary>
    public sealed record OpenInBand(Iq Request) : TargetOutput;

    /// <summary>Receive the file; report progress and <see cref="TargetInput.FlowEnded"/>.</summary>
    public sealed record StartFlow(StreamMethod Method, StreamHost? Host) : TargetOutput;

    /// <summary>Put the file in place; report <see cref="TargetInput.FlowEnded"/>, which then alone decides the outcome.</summary>
    public sealed record PutInPlace : TargetOutput;

    /// <summary>The transfer has ended; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : TargetOutput;
}

/// <summary>State of a target.</summary>
/// <param name="Request">The iq that contains the offer and still needs a response.</param>
/// <param name="Offer">The offer in it.</param>
internal sealed record TargetState(Iq Request, SiOffer Offer)
{
    /// <summary>The state of the transfer.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>Stream methods that the application accepts.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>The iq with the streamhosts, until it has a response.</summary>
    public Iq? Streamhosts { get; init; }

    /// <summary>How many lists of streamhosts the peer has sent: each makes this side connect.</summary>
    public int StreamhostLists { get; init; }

    /// <summary>Candidates that were tried, with their results; null = none so far.</summary>
    public ImmutableArray<(StreamHost Host, string? Reason)> Tried { get; init; } = [];

    /// <summary>Why SOCKS5 bytestreams failed, while the initiator may still open an in-band bytestream.</summary>
    public TransferOutcome? Socks5Failure { get; init; }

    /// <summary>
    /// The file is being put in place, which succeeds or fails. Cancellation and timeouts are ignored from here on, so that a transfer that
    /// did not complete leaves no file behind.
    /// </summary>
    public bool IsPuttingInPlace { get; init; }

    /// <summary>The stream method in use.</summary>
    public StreamMethod? Method { get; init; }

    /// <summary>The initiator, as its server stamped the offer.</summary>
    public Jid Peer => Request.From ?? throw new InvalidOperationException("An offer without a sender cannot be handled.");

    /// <summary>This side, as the offer was addressed.</summary>
    public Jid Self => Request.To ?? throw new InvalidOperationException("An offer without an addressee cannot be handled.");
}
