namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>Extensions of <see cref="TransferState"/>.</summary>
internal static class TransferStates
{
    /// <summary>True for the four end states.</summary>
    public static bool IsEnd(this TransferState state) => state >= TransferState.Completed;
}
