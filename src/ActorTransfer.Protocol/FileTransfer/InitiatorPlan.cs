namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The file to send, its target and its session.</summary>
/// <param name="Self">Full JID that the offer comes from; it is part of the destination address.</param>
/// <param name="Peer">
/// Full JID of the target, or the domain of a component; it is part of the destination address, too. An offer to a bare JID would be answered by its server
/// (RFC 6121 §8.5.2).
/// </param>
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
