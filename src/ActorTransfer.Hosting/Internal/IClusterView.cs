namespace ActorTransfer.Hosting.Internal;

/// <summary>The cluster that an engine is a node of. Thread-safe.</summary>
internal interface IClusterView
{
    /// <summary>What is known of the nodes. A call requests reports of the other nodes for the next one.</summary>
    MonitoredCluster Current { get; }

    /// <summary>Why this node is not a member; null = it is one.</summary>
    string? Absence { get; }

    /// <summary>Members that cannot be reached; null = there are none.</summary>
    string? Unreachable { get; }
}
