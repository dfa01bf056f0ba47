using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>The outputs of an upload.</summary>
internal abstract record HttpSenderOutput
{
    private HttpSenderOutput()
    {
    }

    /// <summary>Find the server's upload service; report <see cref="HttpSenderInput.ServiceFound"/>.</summary>
    public sealed record FindService : HttpSenderOutput;

    /// <summary>Send an iq get; report <see cref="HttpSenderInput.SlotAnswered"/>.</summary>
    public sealed record RequestSlot(Jid Service, XmlElement Payload) : HttpSenderOutput;

    /// <summary>Upload the file to the slot, with a new key if it is to be encrypted; report progress and <see cref="HttpSenderInput.FlowEnded"/>.</summary>
    public sealed record StartUpload(UploadSlot Slot) : HttpSenderOutput;

    /// <summary>The upload failed; close its connection. The timer of the stage starts the next attempt.</summary>
    public sealed record Pause : HttpSenderOutput;

    /// <summary>Send the message with the URL, and the key of the upload; report <see cref="HttpSenderInput.MessageSent"/>.</summary>
    /// <param name="Slot">Where the file is.</param>
    /// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal; null when it was not computed.</param>
    public sealed record Announce(UploadSlot Slot, string? Sha256) : HttpSenderOutput;

    /// <summary>The transfer has ended; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : HttpSenderOutput;
}
