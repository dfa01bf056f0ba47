using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>The inputs of a download.</summary>
internal abstract record HttpReceiverInput
{
    private HttpReceiverInput()
    {
    }

    /// <summary>Start.</summary>
    public sealed record Begin : HttpReceiverInput;

    /// <summary>The application accepts, or the destination of another attempt is ready.</summary>
    /// <param name="MaxSize">See <see cref="HttpReceiverState.MaxSize"/>.</param>
    public sealed record Prepared(long? MaxSize = null) : HttpReceiverInput;

    /// <summary>The application declines, or the file cannot be stored.</summary>
    public sealed record Declined(string Reason) : HttpReceiverInput;

    /// <summary>The server responds with the file.</summary>
    /// <param name="Size">Size of the whole file.</param>
    public sealed record Responded(long Size) : HttpReceiverInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : HttpReceiverInput;

    /// <summary>All bytes were received and verified.</summary>
    public sealed record Arrived : HttpReceiverInput;

    /// <summary>The request or the download ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : HttpReceiverInput;

    /// <summary>The timer of the stage fired.</summary>
    public sealed record TimedOut : HttpReceiverInput;

    /// <summary>The application cancels, or the engine for a reason.</summary>
    public sealed record Cancel(string? Reason = null) : HttpReceiverInput;
}
