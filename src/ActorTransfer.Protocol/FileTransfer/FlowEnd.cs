namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>What the byte flow of a transfer reported at its end.</summary>
internal abstract record FlowEnd
{
    private FlowEnd()
    {
    }

    /// <summary>All bytes moved.</summary>
    /// <param name="Bytes">How many.</param>
    /// <param name="Sha256">SHA-256 of the whole file, lower-case hexadecimal; null when it was not computed.</param>
    /// <param name="Path">Receiver: the file in place.</param>
    public sealed record Whole(long Bytes, string? Sha256, string? Path = null) : FlowEnd
    {
        /// <summary>What is known of their arrival.</summary>
        public Delivery Delivery { get; init; }
    }

    /// <summary>The peer closed the byte stream before its end, which is how a receiver cancels (there is no stanza for it).</summary>
    public sealed record ClosedByPeer : FlowEnd;

    /// <summary>The flow broke.</summary>
    public sealed record Broken(TransferSide Side, FailureReason Reason, string Detail) : FlowEnd
    {
        /// <summary>Receiver: where the whole file lies, when only the last step failed.</summary>
        public string? PartialFile { get; init; }
    }
}
