namespace ActorTransfer.Cli.Reports;

/// <summary>What <c>send</c> and <c>receive</c> tell their caller, in whatever form.</summary>
internal abstract record TransferEvent
{
    private TransferEvent()
    {
    }

    /// <summary>Logged in. Comes again when another address was given after a lost connection.</summary>
    /// <param name="Jid">Own full JID.</param>
    /// <param name="Folder">Where files are received; null when sending.</param>
    public sealed record Ready(Jid Jid, string? Folder = null) : TransferEvent;

    /// <summary>A file is offered.</summary>
    /// <param name="Id">Number of the transfer in this process; of all its events.</param>
    /// <param name="Peer">The other side.</param>
    /// <param name="IsIncoming">True: the peer offers. False: this side does.</param>
    /// <param name="Name">The file's name.</param>
    /// <param name="Size">Its size in bytes; null when the peer does not say it.</param>
    public sealed record Offer(TransferId Id, Jid Peer, bool IsIncoming, string Name, long? Size) : TransferEvent;

    /// <summary>The offer was accepted.</summary>
    public sealed record Accepted(TransferId Id) : TransferEvent;

    /// <summary>The bytes take this method; a fallback takes another one later.</summary>
    public sealed record MethodSelected(TransferId Id, TransferMethod Method) : TransferEvent;

    /// <summary>Bytes have moved.</summary>
    /// <param name="Id">Which transfer.</param>
    /// <param name="Bytes">So many.</param>
    /// <param name="Size">Of so many; null when that is not known.</param>
    /// <param name="Rate">Bytes a second since the method was taken.</param>
    public sealed record Progress(TransferId Id, long Bytes, long? Size, double Rate) : TransferEvent;

    /// <summary>All bytes have arrived, or are handed over.</summary>
    /// <param name="Id">Which transfer.</param>
    /// <param name="IsIncoming">This side received.</param>
    /// <param name="Name">The file's name.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="Sha256">Of the whole file, in lower-case hexadecimal; null when it was not computed.</param>
    /// <param name="Method">The method that they took; null when nothing had to move.</param>
    /// <param name="Took">From the acceptance to the end.</param>
    /// <param name="Path">Where the file is.</param>
    /// <param name="Delivery">What is known of the arrival of the bytes.</param>
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

    /// <summary>Something did not work: a transfer, or the command before it had one.</summary>
    /// <param name="Id">The transfer; null = none.</param>
    /// <param name="Name">Its file; null = none.</param>
    /// <param name="Failure">How and why.</param>
    public sealed record Failed(TransferId? Id, string? Name, Failure Failure) : TransferEvent;
}

/// <summary>How and why something did not work.</summary>
/// <param name="Phase">State of the transfer, or <c>arguments</c>, <c>login</c>, <c>file</c>.</param>
/// <param name="Side">Whose fault: <c>local</c>, <c>peer</c>, <c>proxy</c>, <c>server</c>.</param>
/// <param name="Reason">Name of a kind of failure, lower case with hyphens.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="Code">The exit code that goes with it.</param>
internal sealed record Failure(string Phase, string Side, string Reason, string Detail, ExitCode Code)
{
    /// <summary>Where all bytes of the file are when only the last step failed; null otherwise.</summary>
    public string? PartialFile { get; init; }
}

/// <summary>A command that ends with a <see cref="Reports.Failure"/> of its own instead of a mere line.</summary>
internal sealed class FailureException(Failure failure, Exception? inner = null) : CommandException(failure.Code, failure.Detail, inner)
{
    public Failure Failure { get; } = failure;
}

/// <summary>Takes events from any thread, and shows them.</summary>
internal interface IReport : IAsyncDisposable
{
    void Report(TransferEvent happened);

    /// <summary>Something worth a line for people, and none for programs.</summary>
    void Remark(string line);
}
