using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>The inputs of a <see cref="JingleSession"/>.</summary>
internal abstract record JingleInput
{
    /// <summary>Start: offer the file, or process the offer.</summary>
    /// <param name="File">Initiator: what is offered, when more is known about it than before.</param>
    public sealed record Begin(FileDescription? File = null) : JingleInput;

    /// <summary>The file to send cannot be read.</summary>
    public sealed record Unreadable(string Detail) : JingleInput;

    /// <summary>The addresses that this side can offer, the best first. The listener accepts connections to the direct ones.</summary>
    public sealed record CandidatesFound(ImmutableArray<StreamHost> Direct, ImmutableArray<StreamHost> Proxies) : JingleInput;

    /// <summary>The application accepts the file and is ready to write it; or has the file that the peer requested.</summary>
    /// <param name="Methods">Stream methods that it accepts.</param>
    /// <param name="Offset">Bytes of the file that exist already; the rest is requested if the sender supports it.</param>
    public sealed record HostAccepted(StreamMethods Methods = StreamMethods.All, long Offset = 0) : JingleInput
    {
        /// <summary>The requested file.</summary>
        public FileDescription? File { get; init; }
    }

    /// <summary>The application declines the file, or cannot receive it.</summary>
    /// <param name="Reason">For the peer.</param>
    public sealed record HostDeclined(JingleReason Reason) : JingleInput
    {
        /// <summary>The local reason, if it differs: it may contain paths and other details that a peer must not see.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>A request of the peer for this session.</summary>
    public sealed record Received(Iq Stanza, JingleRequest Request) : JingleInput;

    /// <summary>The peer sends too many requests before bytes move: this is the one beyond the limit.</summary>
    public sealed record Flooded(Iq Stanza) : JingleInput;

    /// <summary>A request of this side was answered, or the response will never come.</summary>
    public sealed record Answered(JingleAsk Ask, Answer Answer) : JingleInput;

    /// <summary>The race or the own link has a result.</summary>
    public sealed record Candidates(NegotiationInput Input) : JingleInput;

    /// <summary>The peer opens an in-band bytestream with this iq.</summary>
    /// <param name="Stanza">The iq.</param>
    /// <param name="TransportId">Its sid.</param>
    public sealed record InBandOffered(Iq Stanza, string TransportId) : JingleInput;

    /// <summary>The in-band bytestream is open.</summary>
    public sealed record InBandUp : JingleInput;

    /// <summary>The in-band bytestream was refused, or could not be opened.</summary>
    public sealed record InBandFailed(string Detail) : JingleInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : JingleInput;

    /// <summary>Sender: the hashes of the file are known, and its last bytes are about to be sent.</summary>
    public sealed record HashesKnown(FileHashes Hashes) : JingleInput;

    /// <summary>Receiver: all bytes have arrived, and have these hashes.</summary>
    public sealed record Arrived(FileHashes Computed) : JingleInput;

    /// <summary>The byte stream ended. Receiver: the file is in place, or never will be.</summary>
    public sealed record FlowEnded(FlowEnd End) : JingleInput;

    /// <summary>The link to the server is lost; no stanza can be sent or received any more.</summary>
    public sealed record LinkLost : JingleInput;

    /// <summary>The timer that was started last fired.</summary>
    public sealed record TimedOut : JingleInput;

    /// <summary>The application cancels, or the engine for a reason that the peer is told.</summary>
    public sealed record Cancel(string? Reason = null) : JingleInput;
}
