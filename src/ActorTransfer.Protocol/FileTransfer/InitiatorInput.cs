using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

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

    /// <summary>The application cancels, or the engine for a reason.</summary>
    public sealed record Cancel(string? Reason = null) : InitiatorInput;
}
