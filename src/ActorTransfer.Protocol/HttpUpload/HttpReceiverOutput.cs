namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>The outputs of a download.</summary>
internal abstract record HttpReceiverOutput
{
    private HttpReceiverOutput()
    {
    }

    /// <summary>Ask the application; report <see cref="HttpReceiverInput.Prepared"/> or <see cref="HttpReceiverInput.Declined"/>.</summary>
    public sealed record AskHost : HttpReceiverOutput;

    /// <summary>Prepare the destination again, which may have a part of the file; report as for <see cref="AskHost"/>.</summary>
    public sealed record Prepare : HttpReceiverOutput;

    /// <summary>Request the rest of the file; report <see cref="HttpReceiverInput.Responded"/> or <see cref="HttpReceiverInput.FlowEnded"/>.</summary>
    public sealed record Request : HttpReceiverOutput;

    /// <summary>
    /// Receive the bytes of the response; report progress, <see cref="HttpReceiverInput.Arrived"/> and <see cref="HttpReceiverInput.FlowEnded"/>.
    /// </summary>
    public sealed record StartFlow : HttpReceiverOutput;

    /// <summary>The attempt failed; close its connection and keep what has arrived. The timer of the stage starts the next one.</summary>
    public sealed record Pause : HttpReceiverOutput;

    /// <summary>Give the file its name.</summary>
    public sealed record PutInPlace : HttpReceiverOutput;

    /// <summary>The transfer has ended; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : HttpReceiverOutput;
}
