namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>Facts about <see cref="TransferState"/>.</summary>
internal static class TransferStates
{
    /// <summary>True for the four states that nothing leaves.</summary>
    public static bool IsEnd(this TransferState state) => state >= TransferState.Completed;
}
