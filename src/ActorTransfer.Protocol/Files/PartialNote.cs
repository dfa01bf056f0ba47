using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Files;

/// <summary>What a checkpoint file says.</summary>
/// <param name="Part">Name of the partial file; not to be trusted as one.</param>
/// <param name="Checkpoints">In rising order.</param>
internal sealed record PartialNote(string Part, ImmutableArray<Checkpoint> Checkpoints);
