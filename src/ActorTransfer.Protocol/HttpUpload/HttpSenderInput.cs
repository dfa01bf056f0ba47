using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>The inputs of an upload.</summary>
internal abstract record HttpSenderInput
{
    private HttpSenderInput()
    {
    }

    /// <summary>Start.</summary>
    public sealed record Begin : HttpSenderInput;

    /// <summary>The server's upload service; null: it has none, or did not respond for the reason.</summary>
    public sealed record ServiceFound(UploadService? Service, NoAnswer? Loss = null) : HttpSenderInput;

    /// <summary>The request for a slot was answered, or the response will never come.</summary>
    public sealed record SlotAnswered(Answer Answer) : HttpSenderInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : HttpSenderInput;

    /// <summary>The upload ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : HttpSenderInput;

    /// <summary>The link has taken the message (null), or will not for this reason.</summary>
    public sealed record MessageSent(NoAnswer? Loss = null) : HttpSenderInput;

    /// <summary>The timer of the stage fired.</summary>
    public sealed record TimedOut : HttpSenderInput;

    /// <summary>The application cancels, or the engine for a reason.</summary>
    public sealed record Cancel(string? Reason = null) : HttpSenderInput;
}
