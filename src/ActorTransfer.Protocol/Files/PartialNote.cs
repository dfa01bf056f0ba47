using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Files;

/// <summary>The content of a checkpoint file.</summary>
/// <param name="Part">Name of the partial file; untrusted.</param>
/// <param name="Checkpoints">In ascending order.</param>
internal sealed record PartialNote(string Part, ImmutableArray<Checkpoint> Checkpoints);
