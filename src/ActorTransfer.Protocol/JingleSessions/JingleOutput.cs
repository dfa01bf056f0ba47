using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>The requests of a session, by what their answer means to it.</summary>
internal enum JingleAsk
{
    /// <summary>The offer of the session.</summary>
    Initiate,

    /// <summary>Its acceptance.</summary>
    Accept,

    /// <summary>A report about candidates.</summary>
    Notice,

    /// <summary>The offer of another transport.</summary>
    Replace,

    /// <summary>The acceptance of such an offer.</summary>
    ReplaceAccept,

    /// <summary>Requests whose answer does not matter, unless the peer does not know the session.</summary>
    Other,

    /// <summary>An empty session-info, whose answer follows everything that the peer has sent before.</summary>
    Ping,

    /// <summary>The end of the session; the last request.</summary>
    Terminate,
}

/// <summary>The outputs of a <see cref="JingleSession"/>.</summary>
internal abstract record JingleOutput
{
    /// <summary>Send this response.</summary>
    public sealed record Reply(Iq Answer) : JingleOutput;

    /// <summary>Send an iq set to the peer and report the response as <see cref="JingleInput.Answered"/>.</summary>
    public sealed record Ask(JingleAsk Kind, JingleRequest Request) : JingleOutput;

    /// <summary>The session has another id: the peer has one with the former id.</summary>
    public sealed record ChangeSession(string SessionId) : JingleOutput;

    /// <summary>Offer the file to the application, or request it from the application if this side sends.</summary>
    public sealed record AskHost : JingleOutput;

    /// <summary>
    /// Collect the addresses that this side can offer by the allowed methods, and let the listener accept these SOCKS5 addresses; report
    /// <see cref="JingleInput.CandidatesFound"/>.
    /// </summary>
    public sealed record CollectCandidates(StreamMethods Methods, CandidateDestinations Destinations) : JingleOutput;

    /// <summary>
    /// Connect: <see cref="NegotiationOutput.Race"/>, <see cref="NegotiationOutput.OnlyAbove"/>, <see cref="NegotiationOutput.StopRace"/>,
    /// <see cref="NegotiationOutput.TakeDirect"/> or <see cref="NegotiationOutput.Activate"/>.
    /// </summary>
    public sealed record Connect(NegotiationOutput Output) : JingleOutput;

    /// <summary>Close all connections of the transport, and forget its byte flow.</summary>
    public sealed record AbandonTransport : JingleOutput;

    /// <summary>
    /// Open an in-band bytestream, or accept the one that this iq requests, and send; report <see cref="JingleInput.InBandUp"/> or
    /// <see cref="JingleInput.InBandFailed"/>.
    /// </summary>
    public sealed record OpenInBand(JingleTransport.InBand Transport, Iq? Request = null) : JingleOutput;

    /// <summary>
    /// Accept the in-band bytestream that this iq requests, and receive; report <see cref="JingleInput.InBandUp"/>.
    /// </summary>
    /// <param name="Request">The iq.</param>
    /// <param name="OfferedBlockSize">Blocks up to this size are accepted, whatever was agreed: Libervia and Gajim ignore a lower one.</param>
    public sealed record AcceptInBand(Iq Request, int OfferedBlockSize) : JingleOutput;

    /// <summary>
    /// Send or receive the file and close all other connections; report progress, <see cref="JingleInput.HashesKnown"/> or
    /// <see cref="JingleInput.Arrived"/>, and <see cref="JingleInput.FlowEnded"/>. A receiver hashes the bytes by SHA-256, which most senders
    /// use though they announce nothing, and by <see cref="FileDescription.HashFunction"/>.
    /// </summary>
    /// <param name="Offset">The first byte that is sent, or that was asked for.</param>
    /// <param name="Length">Sender: the number of bytes; null = to the end. Receiver: the size of the file; null = unknown.</param>
    /// <param name="Method">The stream method.</param>
    /// <param name="Candidate">The candidate in use; null in-band.</param>
    public sealed record StartFlow(long Offset, long? Length, StreamMethod Method, TransportCandidate? Candidate) : JingleOutput;

    /// <summary>Move no more bytes, and forget the byte flow; its connection stays open until <see cref="Finish"/>.</summary>
    public sealed record StopFlow : JingleOutput;

    /// <summary>Put the file in place; report <see cref="JingleInput.FlowEnded"/>, which then alone decides the outcome.</summary>
    public sealed record PutInPlace : JingleOutput;

    /// <summary>Start this timer in place of the one before; report <see cref="JingleInput.TimedOut"/>.</summary>
    public sealed record StartTimer(JingleTimer Timer) : JingleOutput;

    /// <summary>The transfer has ended; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : JingleOutput;
}
