namespace ActorTransfer;

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
    /// <param name="Sha256">
    /// Lower-case hexadecimal SHA-256 of the whole file; null with <c>files.digest = none</c>, unless it was computed for checkpoints.
    /// </param>
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
        /// <summary>Why the engine cancelled it, for example because it shuts down; null if the application or the peer did.</summary>
        public string? Reason { get; init; }

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
        /// Receiver: the full path of the file with all bytes, when only the last step failed, such as renaming it. Null otherwise. If that step was the
        /// fsync of <c>files.durability</c>, some bytes may not be on the disk. It is deleted after <c>files.partial-ttl</c>, as partial files are.
        /// </summary>
        public string? PartialFile { get; init; }

        /// <inheritdoc/>
        public override TransferState EndState => TransferState.Failed;
    }
}
