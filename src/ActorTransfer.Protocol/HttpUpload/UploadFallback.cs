namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>Decides whether a file that no other method could send is uploaded instead.</summary>
internal static class UploadFallback
{
    /// <summary>
    /// The peer is not there, or no method reaches it. Not after a refusal, not after silence to an offer, which its user may still see, and not once bytes
    /// may have arrived.
    /// </summary>
    public static bool Follows(TransferOutcome outcome) => outcome is TransferOutcome.Failed { Phase: < TransferState.Activated } failed
        && (failed.Reason is FailureReason.PeerOffline or FailureReason.NotSupported or FailureReason.NoMethod or FailureReason.NoStreamhost
                or FailureReason.StreamhostUnreachable or FailureReason.StreamhostUnknown or FailureReason.ActivationRefused or FailureReason.InBandRefused
            || failed is { Reason: FailureReason.Timeout, Phase: > TransferState.Offer });
}
