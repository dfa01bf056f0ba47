namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>How the byte stream of a transfer ended.</summary>
internal abstract record FlowEnd
{
    private FlowEnd()
    {
    }

    /// <summary>All bytes were transferred.</summary>
    /// <param name="Bytes">The number of bytes.</param>
    /// <param name="Sha256">SHA-256 of the whole file, lower-case hexadecimal; null when it was not computed.</param>
    /// <param name="Path">Receiver: the path of the complete file.</param>
    public sealed record Whole(long Bytes, string? Sha256, string? Path = null) : FlowEnd
    {
        /// <summary>What is known about their delivery.</summary>
        public Delivery Delivery { get; init; }
    }

    /// <summary>The peer closed the byte stream early. This is how a receiver cancels, as there is no stanza for it.</summary>
    public sealed record ClosedByPeer : FlowEnd;

    /// <summary>The byte stream failed.</summary>
    public sealed record Broken(TransferSide Side, FailureReason Reason, string Detail) : FlowEnd
    {
        /// <summary>Receiver: the path of the complete file, when only the last step failed.</summary>
        public string? PartialFile { get; init; }

        /// <summary>Receiver: fewer bytes arrived than were announced.</summary>
        public bool IsShort { get; init; }

        /// <summary>Another attempt may succeed.</summary>
        public bool MayPass { get; init; }
    }
}
