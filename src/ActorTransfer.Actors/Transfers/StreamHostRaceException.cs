using System.Collections.Immutable;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>No streamhost could be used; the message lists the reason for each.</summary>
internal class StreamHostRaceException(string message, ImmutableArray<StreamHost> failed) : IOException(message)
{
    /// <summary>The candidates tried.</summary>
    public ImmutableArray<StreamHost> Failed { get; } = failed;
}

/// <summary>The policy forbids every streamhost that the peer offered; the message lists them, for this side only.</summary>
internal sealed class StreamhostsNotAllowedException(string message) : StreamHostRaceException(message, []);
