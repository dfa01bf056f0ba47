using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Files;

/// <summary>The content of a checkpoint file.</summary>
/// <param name="PartialName">Name of the partial file; untrusted.</param>
/// <param name="Checkpoints">In ascending order.</param>
internal sealed record CheckpointFileContent(string PartialName, ImmutableArray<Checkpoint> Checkpoints);
