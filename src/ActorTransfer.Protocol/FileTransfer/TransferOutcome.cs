namespace ActorTransfer;

/// <summary>The side that caused the outcome of a transfer.</summary>
public enum TransferSide
{
    /// <summary>This process or its user.</summary>
    Local,

    /// <summary>The peer.</summary>
    Peer,

    /// <summary>The SOCKS5 bytestreams proxy, or another streamhost.</summary>
    Proxy,

    /// <summary>The XMPP server, or the link to it.</summary>
    Server,
}

/// <summary>Why a transfer failed. Phase and side locate the cause.</summary>
public enum FailureReason
{
    /// <summary>The given side did not respond, or transferred no bytes, in time.</summary>
    Timeout,

    /// <summary>The XMPP link was lost before bytes were transferred.</summary>
    LinkLost,

    /// <summary>A limit on pending requests or transfers was reached.</summary>
    Overloaded,

    /// <summary>The peer cannot be reached or does not support file transfer.</summary>
    NotSupported,

    /// <summary>No common stream method (XEP-0095 <c>no-valid-streams</c>).</summary>
    NoMethod,

    /// <summary>No streamhost to offer: direct addresses are off and no proxy was found.</summary>
    NoStreamhost,

    /// <summary>No offered streamhost could be reached.</summary>
    StreamhostUnreachable,

    /// <summary>The peer selected a streamhost that was not offered.</summary>
    StreamhostUnknown,

    /// <summary>The proxy refused to activate the bytestream (XEP-0065 §6.3.5).</summary>
    ActivationRefused,

    /// <summary>The peer refused the in-band bytestream (XEP-0047 §2.1).</summary>
    InBandRefused,

    /// <summary>A response that violates the protocol.</summary>
    ProtocolViolation,

    /// <summary>The byte stream ended early.</summary>
    ConnectionLost,

    /// <summary>Fewer or more bytes than offered.</summary>
    WrongLength,

    /// <summary>The hash of the received bytes differs from the offered one.</summary>
    WrongHash,

    /// <summary>No disk space left at the destination.</summary>
    NoSpace,

    /// <summary>The file to send cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file to receive cannot be written.</summary>
    FileUnwritable,

    /// <summary>A defect of this program; the exception is logged.</summary>
    InternalError,
}

/// <summary>
/// What is known about the delivery of a completed transfer. Neither XEP-0065 nor XEP-0096 has a receipt: only the receiver knows that a
/// file is complete.
/// </summary>
public enum Delivery
{
    /// <summary>
    /// Sender, SOCKS5: the network accepted all bytes, and there is no sign of loss: the peer kept the connection open, or closed it before
    /// it was sent the end of the bytes.
    /// </summary>
    HandedOver,

    /// <summary>
    /// Sender, SOCKS5 without a proxy: as <see cref="HandedOver"/>, but the peer reset the connection after the last byte was acknowledged.
    /// Some receivers do that on completion, others when they close without reading everything.
    /// </summary>
    PeerReset,

    /// <summary>
    /// Sender, SOCKS5: all bytes were acknowledged, and after their end the remote end closed the connection in order. Through a proxy this
    /// is the proxy, which closes in order when the target has.
    /// </summary>
    PeerClosed,

    /// <summary>Sender, in-band: the peer acknowledged every block (XEP-0047 §2.2).</summary>
    Acknowledged,

    /// <summary>Receiver: the file is complete; its length and, if offered, its hash match.</summary>
    Verified,
}

/// <summary>The outcome of a transfer. Every transfer has exactly one.</summary>
public abstract record TransferOutcome
{
    private TransferOutcome()
    {
    }

    /// <summary>The end state of this outcome.</summary>
    public abstract TransferState EndState { get; }

    /// <summary>Every byte was received (receiver), or was sent without a sign of loss (sender): see <see cref="Delivery"/>.</summary>
    /// <param name="Bytes">Number of bytes transferred.</param>
    /// <param name="Sha256">Lower-case hexadecimal SHA-256 of the whole file; null with <c>files.digest = none</c>, unless it was computed for checkpoints.</param>
    /// <param name="Path">Receiver: the path of the file, if it is in a folder. Sender: null.</param>
    public sealed record Completed(long Bytes, string? Sha256, string? Path = null) : TransferOutcome
    {
        /// <summary>The stream method used.</summary>
        public StreamMethod? Method { get; init; }

        /// <summary>What is known about the delivery. Default: <see cref="Delivery.HandedOver"/>.</summary>
        public Delivery Delivery { get; init; }

        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Completed;
    }

    /// <summary>The offer was declined.</summary>
    /// <param name="By"><see cref="TransferSide.Peer"/> or <see cref="TransferSide.Local"/>.</param>
    /// <param name="Reason">The text of the refusal, or its condition.</param>
    public sealed record Refused(TransferSide By, string Reason) : TransferOutcome
    {
        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Refused;
    }

    /// <summary>One side cancelled.</summary>
    /// <param name="Phase">The state in which it happened.</param>
    /// <param name="By">The side that cancelled.</param>
    public sealed record Cancelled(TransferState Phase, TransferSide By) : TransferOutcome
    {
        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Cancelled;
    }

    /// <summary>Something broke.</summary>
    /// <param name="Phase">The state in which it happened.</param>
    /// <param name="Side">The side that caused it.</param>
    /// <param name="Reason">The kind of failure.</param>
    /// <param name="Detail">One sentence for display.</param>
    public sealed record Failed(TransferState Phase, TransferSide Side, FailureReason Reason, string Detail) : TransferOutcome
    {
        /// <summary>
        /// Receiver: the full path of the file with all bytes, when only the last step failed, such as renaming it. Null otherwise. It is
        /// deleted after <c>files.partial-ttl</c>, as partial files are.
        /// </summary>
        public string? PartialFile { get; init; }

        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Failed;
    }
}
