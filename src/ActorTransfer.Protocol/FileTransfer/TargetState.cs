using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>What can happen to a target.</summary>
internal abstract record TargetInput
{
    /// <summary>Start: look at the offer.</summary>
    public sealed record Begin : TargetInput;

    /// <summary>The host wants the file and is ready to write it.</summary>
    /// <param name="Methods">StreamMethods that it takes.</param>
    /// <param name="Offset">Bytes of the file that are there already; the rest is asked for.</param>
    public sealed record HostAccepted(StreamMethods Methods = StreamMethods.All, long Offset = 0) : TargetInput;

    /// <summary>The host does not want the file, or cannot take it.</summary>
    /// <param name="Error">What the peer is told.</param>
    public sealed record HostDeclined(StanzaError Error) : TargetInput
    {
        /// <summary>What this side is told, when that is more: it may hold paths and other things that are not for strangers.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>All bytes have come and are right; the file waits to be put in place.</summary>
    public sealed record Arrived : TargetInput;

    /// <summary>The initiator's streamhosts arrived in this iq.</summary>
    public sealed record StreamhostsOffered(Iq Request) : TargetInput;

    /// <summary>The initiator opens an in-band bytestream with this iq.</summary>
    public sealed record InBandOffered(Iq Request) : TargetInput;

    /// <summary>The in-band bytestream is open; its request was answered.</summary>
    public sealed record InBandUp : TargetInput;

    /// <summary>The SOCKS5 handshake with this streamhost is done.</summary>
    public sealed record LinkUp(StreamHost Host) : TargetInput;

    /// <summary>A streamhost is tried, or could not be used.</summary>
    /// <param name="Host">Which.</param>
    /// <param name="Why">Null = it is being tried.</param>
    public sealed record StreamhostTried(StreamHost Host, string? Why) : TargetInput;

    /// <summary>No streamhost could be reached.</summary>
    public sealed record LinkFailed(string Detail) : TargetInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : TargetInput;

    /// <summary>The byte flow ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : TargetInput;

    /// <summary>The link to the server is gone; nothing can be answered any more.</summary>
    public sealed record LinkLost : TargetInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : TargetInput;

    /// <summary>The host wants out.</summary>
    public sealed record Cancel : TargetInput;
}

/// <summary>What a target wants done.</summary>
internal abstract record TargetOutput
{
    /// <summary>Ask the host whether it wants the file.</summary>
    public sealed record AskHost : TargetOutput;

    /// <summary>Send this answer.</summary>
    public sealed record Reply(Iq Answer) : TargetOutput;

    /// <summary>Try these hosts, best first; report <see cref="TargetInput.LinkUp"/> or <see cref="TargetInput.LinkFailed"/>.
    /// An older attempt of the same transfer is abandoned.</summary>
    public sealed record Connect(ImmutableArray<StreamHost> Hosts, DestinationAddress Destination) : TargetOutput;

    /// <summary>Open the in-band bytestream that this iq asks for and answer it; report <see cref="TargetInput.InBandUp"/>. SOCKS5 attempts and links of
    /// the same transfer are abandoned.</summary>
    public sealed record OpenInBand(Iq Request) : TargetOutput;

    /// <summary>Receive the file; report progress and <see cref="TargetInput.FlowEnded"/>.</summary>
    public sealed record StartFlow(StreamMethod Method, StreamHost? Host) : TargetOutput;

    /// <summary>Put the file in place; report <see cref="TargetInput.FlowEnded"/>. From here on only that decides how the transfer ends.</summary>
    public sealed record PutInPlace : TargetOutput;

    /// <summary>The conversation is over; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : TargetOutput;
}

/// <summary>State of a target's conversation.</summary>
/// <param name="Request">The iq that holds the offer; its answer is owed.</param>
/// <param name="Offer">The offer in it.</param>
internal sealed record TargetState(Iq Request, SiOffer Offer)
{
    /// <summary>Where the transfer stands.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>StreamMethods that the host takes.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>The iq with the streamhosts, while its answer is owed.</summary>
    public Iq? Streamhosts { get; init; }

    /// <summary>Streamhosts that were tried, with what came of it; null = nothing so far.</summary>
    public ImmutableArray<(StreamHost Host, string? Why)> Tried { get; init; } = [];

    /// <summary>Why SOCKS5 bytestreams failed, while the initiator may still open an in-band bytestream.</summary>
    public TransferOutcome? Socks5Failure { get; init; }

    /// <summary>
    /// The file is being put in place: it ends whole or fails there. Cancellation and time come too late, so that no file is left behind by a
    /// transfer that did not complete.
    /// </summary>
    public bool IsPuttingInPlace { get; init; }

    /// <summary>The method that the bytes take.</summary>
    public StreamMethod? Method { get; init; }

    /// <summary>The initiator, as the offer was stamped by its server.</summary>
    public Jid Peer => Request.From ?? throw new InvalidOperationException("An offer without a sender has no target conversation.");

    /// <summary>This side, as the offer was addressed.</summary>
    public Jid Self => Request.To ?? throw new InvalidOperationException("An offer without an addressee has no target conversation.");
}
