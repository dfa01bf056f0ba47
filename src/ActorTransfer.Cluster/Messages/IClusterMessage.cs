namespace ActorTransfer.Cluster.Messages;

/// <summary>
/// A message that crosses nodes. It has a format in <see cref="ClusterSerializer"/> and holds only values: numbers, text, and records and arrays of them.
/// </summary>
internal interface IClusterMessage;
