using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Protocol.FileTransfer;

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

    /// <summary>The peer has responded that it does not support stream initiation, or none of its stream methods.</summary>
    public bool IsUnsupported { get; init; }

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
