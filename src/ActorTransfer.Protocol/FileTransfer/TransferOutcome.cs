namespace ActorTransfer;

/// <summary>Who made a transfer end the way it did.</summary>
public enum TransferSide
{
    /// <summary>This process or its user.</summary>
    Local,

    /// <summary>The other end of the transfer.</summary>
    Peer,

    /// <summary>The SOCKS5 bytestreams proxy, or another streamhost.</summary>
    Proxy,

    /// <summary>The XMPP server, or the link to it.</summary>
    Server,
}

/// <summary>Why a transfer failed; together with phase and side it tells whom to ask.</summary>
public enum FailureReason
{
    /// <summary>The side named did not answer, or moved no byte, in time.</summary>
    Timeout,

    /// <summary>The XMPP link was lost before the bytes flowed.</summary>
    LinkLost,

    /// <summary>A local limit on open requests or transfers was reached.</summary>
    Overloaded,

    /// <summary>The peer cannot be reached or does not do file transfer.</summary>
    NotSupported,

    /// <summary>No stream method that both sides know (XEP-0095 <c>no-valid-streams</c>).</summary>
    NoMethod,

    /// <summary>No streamhost to offer: direct addresses are off and no proxy was found.</summary>
    NoStreamhost,

    /// <summary>No offered streamhost could be reached.</summary>
    StreamhostUnreachable,

    /// <summary>The peer named a streamhost that was never offered.</summary>
    StreamhostUnknown,

    /// <summary>The proxy refused to activate the bytestream (XEP-0065 §6.3.5).</summary>
    ActivationRefused,

    /// <summary>The peer refused the in-band bytestream (XEP-0047 §2.1).</summary>
    InBandRefused,

    /// <summary>An answer that the protocol does not allow.</summary>
    ProtocolViolation,

    /// <summary>The byte stream broke before its end.</summary>
    ConnectionLost,

    /// <summary>Fewer or more bytes than the offer said.</summary>
    WrongLength,

    /// <summary>The hash of what arrived is not the one that was offered.</summary>
    WrongHash,

    /// <summary>No space left where the file is written.</summary>
    NoSpace,

    /// <summary>The file to send cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file to receive cannot be written.</summary>
    FileUnwritable,

    /// <summary>A defect of this program; the log has the exception.</summary>
    InternalError,
}

/// <summary>
/// What is known of the arrival of a completed transfer's bytes. Neither XEP-0065 nor XEP-0096 has a receipt: only the receiver knows that a file is whole.
/// </summary>
public enum Delivery
{
    /// <summary>
    /// Sender, SOCKS5: the network took all bytes, and nothing contradicts their arrival: the peer kept the connection open, or closed it by itself before it was
    /// told of the end of the bytes.
    /// </summary>
    HandedOver,

    /// <summary>
    /// Sender, SOCKS5 without a proxy: as <see cref="HandedOver"/>, but the peer reset the connection after the last byte was acknowledged. Some receivers end
    /// like that when they have all; others because they closed without reading it.
    /// </summary>
    PeerReset,

    /// <summary>
    /// Sender, SOCKS5: all bytes were acknowledged and then, told of their end, the other end closed the connection in order. Through a proxy the other end is
    /// the proxy, which closes in order when the target has.
    /// </summary>
    PeerClosed,

    /// <summary>Sender, in-band: the peer itself answered every block (XEP-0047 §2.2).</summary>
    Acknowledged,

    /// <summary>Receiver: the file is whole, of the offered length and, if the offer had one, hash.</summary>
    Verified,
}

/// <summary>How a transfer ended. Every transfer ends in exactly one of these.</summary>
public abstract record TransferOutcome
{
    private TransferOutcome()
    {
    }

    /// <summary>The end state that goes with this outcome.</summary>
    public abstract TransferState EndState { get; }

    /// <summary>Every byte arrived (receiver) or was handed over and nothing is known to be lost (sender): see <see cref="Delivery"/>.</summary>
    /// <param name="Bytes">Number of bytes that moved in this transfer.</param>
    /// <param name="Sha256">Lower-case hexadecimal SHA-256 of the whole file; null with <c>files.digest = none</c>, unless it was computed for checkpoints.</param>
    /// <param name="Path">Receiver: where the file is now, if it is in a folder. Sender: null.</param>
    public sealed record Completed(long Bytes, string? Sha256, string? Path = null) : TransferOutcome
    {
        /// <summary>The way that the bytes took.</summary>
        public StreamMethod? Method { get; init; }

        /// <summary>What is known of the arrival of the bytes. Default: <see cref="Delivery.HandedOver"/>.</summary>
        public Delivery Delivery { get; init; }

        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Completed;
    }

    /// <summary>The offer was declined.</summary>
    /// <param name="By">Who declined: <see cref="TransferSide.Peer"/> or <see cref="TransferSide.Local"/>.</param>
    /// <param name="Reason">The text that came with the refusal, or its condition.</param>
    public sealed record Refused(TransferSide By, string Reason) : TransferOutcome
    {
        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Refused;
    }

    /// <summary>One side gave up on purpose.</summary>
    /// <param name="Phase">The state in which it happened.</param>
    /// <param name="By">Who gave up.</param>
    public sealed record Cancelled(TransferState Phase, TransferSide By) : TransferOutcome
    {
        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Cancelled;
    }

    /// <summary>Something broke.</summary>
    /// <param name="Phase">The state in which it happened.</param>
    /// <param name="Side">Who is to be asked about it.</param>
    /// <param name="Reason">What kind of failure.</param>
    /// <param name="Detail">One sentence for people.</param>
    public sealed record Failed(TransferState Phase, TransferSide Side, FailureReason Reason, string Detail) : TransferOutcome
    {
        /// <summary>
        /// Receiver: the full path of the file that holds all bytes when only the last step failed, such as giving it its name. Null otherwise.
        /// It is deleted after <c>files.partial-ttl</c>, as partial files are.
        /// </summary>
        public string? PartialFile { get; init; }

        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Failed;
    }
}
