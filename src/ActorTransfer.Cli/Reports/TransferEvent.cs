namespace ActorTransfer.Cli.Reports;

/// <summary>Events of <c>send</c> and <c>receive</c>, independent of the output format.</summary>
internal abstract record TransferEvent
{
    private TransferEvent()
    {
    }

    /// <summary>Logged in. Repeated when a reconnect assigns another address.</summary>
    /// <param name="Jid">Own full JID.</param>
    /// <param name="Folder">Where files are received; null when sending.</param>
    public sealed record Ready(Jid Jid, string? Folder = null) : TransferEvent;

    /// <summary>The live page is served.</summary>
    /// <param name="Address">Its URL.</param>
    public sealed record Page(string Address) : TransferEvent;

    /// <summary>A file is offered.</summary>
    /// <param name="Id">Number of the transfer in this process; the same in all its events.</param>
    /// <param name="Peer">The other side.</param>
    /// <param name="IsIncoming">True: the peer offers. False: this side does.</param>
    /// <param name="Name">The file's name.</param>
    /// <param name="Size">Its size in bytes; null when the peer does not announce it.</param>
    public sealed record Offer(TransferId Id, Jid Peer, bool IsIncoming, string Name, long? Size) : TransferEvent;

    /// <summary>The offer was accepted.</summary>
    public sealed record Accepted(TransferId Id) : TransferEvent;

    /// <summary>The stream method is selected; a fallback may change it later.</summary>
    public sealed record MethodSelected(TransferId Id, TransferMethod Method) : TransferEvent
    {
        /// <summary>How the file was offered; null = by a URL.</summary>
        public Signalling? Signalling { get; init; }
    }

    /// <summary>Progress.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Bytes">Bytes moved.</param>
    /// <param name="Size">Total bytes; null when not known.</param>
    /// <param name="Rate">Bytes per second since the method was selected.</param>
    public sealed record Progress(TransferId Id, long Bytes, long? Size, double Rate) : TransferEvent;

    /// <summary>All bytes have arrived, or were handed over.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="IsIncoming">This side received.</param>
    /// <param name="Name">The file's name.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="Sha256">Of the whole file, in lower-case hexadecimal; null when it was not computed.</param>
    /// <param name="Method">The stream method used; null when no bytes had to move.</param>
    /// <param name="Took">From the acceptance to the end.</param>
    /// <param name="Path">Path of the file.</param>
    /// <param name="Delivery">Confirmation of the delivery.</param>
    public sealed record Completed(
        TransferId Id,
        bool IsIncoming,
        string Name,
        long Size,
        string? Sha256,
        TransferMethod? Method,
        TimeSpan Took,
        string? Path,
        Delivery Delivery) : TransferEvent;

    /// <summary>A transfer failed, or the command before it had one.</summary>
    /// <param name="Id">The transfer; null = none.</param>
    /// <param name="Name">Its file; null = none.</param>
    /// <param name="Failure">Details.</param>
    public sealed record Failed(TransferId? Id, string? Name, Failure Failure) : TransferEvent;
}

/// <summary>Details of a failure.</summary>
/// <param name="Phase">State of the transfer, or <c>arguments</c>, <c>login</c>, <c>file</c>.</param>
/// <param name="Side">Responsible side: <c>local</c>, <c>peer</c>, <c>proxy</c>, <c>server</c>.</param>
/// <param name="Reason">Name of a kind of failure, lower case with hyphens.</param>
/// <param name="Detail">One human-readable sentence.</param>
/// <param name="Code">The corresponding exit code.</param>
internal sealed record Failure(string Phase, string Side, string Reason, string Detail, ExitCode Code)
{
    /// <summary>Path of the complete content when only the last step failed; null otherwise.</summary>
    public string? PartialFile { get; init; }
}

/// <summary>Ends a command with a <see cref="Reports.Failure"/> instead of a message only.</summary>
internal sealed class FailureException(Failure failure, Exception? inner = null) : CommandException(failure.Code, failure.Detail, inner)
{
    public Failure Failure { get; } = failure;
}

/// <summary>Shows events. Thread-safe.</summary>
internal interface IReport : IAsyncDisposable
{
    void Report(TransferEvent happened);

    /// <summary>A message for users, omitted from JSON.</summary>
    void Remark(string line);
}
