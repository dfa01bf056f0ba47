namespace ActorTransfer.Simulation;

/// <summary>The state machines of a simulated transfer.</summary>
internal enum TransferKind
{
    /// <summary>Stream initiation (XEP-0096).</summary>
    StreamInitiation,

    /// <summary>Jingle file transfer (XEP-0234).</summary>
    Jingle,
}
