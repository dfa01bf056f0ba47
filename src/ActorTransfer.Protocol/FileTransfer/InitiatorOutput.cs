using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

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
