namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>What an event of a connection means for its pair.</summary>
internal enum SetupProgress
{
    Pending,

    /// <summary>The proxy has accepted both connections.</summary>
    Granted,

    /// <summary>The target has received the byte.</summary>
    ByteArrived,

    /// <summary>Both sides have received the half-close of the other; both are closed.</summary>
    Completed,

    /// <summary><see cref="SetupSlot.Fault"/> is the reason.</summary>
    Failed,
}
