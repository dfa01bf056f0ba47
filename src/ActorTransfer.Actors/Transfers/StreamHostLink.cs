using System.Collections.Immutable;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost, the link to it, and the time to connect.</summary>
/// <param name="Host">The winner.</param>
/// <param name="Link">The link to it.</param>
/// <param name="Took">From the start of its connection.</param>
/// <param name="Failed">Candidates that failed before.</param>
internal sealed record StreamHostLink(StreamHost Host, IByteLink Link, TimeSpan Took, ImmutableArray<StreamHost> Failed);
