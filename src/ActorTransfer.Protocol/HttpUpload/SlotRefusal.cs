using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>Interpretation of error responses to the request for a slot. Source: XEP-0363 §5.</summary>
internal static class SlotRefusal
{
    /// <summary>The failure, and a sentence about it.</summary>
    public static (FailureReason Reason, string Detail) Read(StanzaError error) => error switch
    {
        { Application: { Namespace: Namespaces.HttpUpload, Name: "file-too-large" } tooLarge } =>
            (FailureReason.TooLarge, Decimals.Read(tooLarge.Child("max-file-size")?.Text) is { } limit
                ? $"The upload service accepts files of at most {limit} bytes."
                : $"The upload service accepts no file of this size: {error.Describe()}."),
        { Application: { Namespace: Namespaces.HttpUpload, Name: "retry" } retry } when XmppDate.Read(retry["stamp"]) is { } time =>
            (FailureReason.Overloaded, $"The upload service accepts no more files of this account before {XmppDate.Write(time)}."),
        { Condition: ErrorConditions.ResourceConstraint } => (FailureReason.Overloaded, $"The upload service responded with {error.Describe()}."),
        _ => (FailureReason.UploadRefused, $"The upload service responded with {error.Describe()}."),
    };
}
