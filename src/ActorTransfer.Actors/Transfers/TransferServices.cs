using System.Net;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Dependencies of transfers.</summary>
/// <param name="Settings">Timeouts and limits.</param>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="StreamHost">The listener for direct transfers, or <see cref="ActorRefs.Nobody"/>.</param>
/// <param name="Stages">Supplies the application's own stages; null = there are none.</param>
internal sealed record TransferServices(EngineSettings Settings, IStreamHostConnector Connector, IActorRef StreamHost, IContentStagesPolicy? Stages)
{
    /// <summary>Supplies files that peers request; null = there are none.</summary>
    public IFileRequestPolicy? Requests { get; init; }

    /// <summary>Which addresses files may be downloaded from.</summary>
    public Func<IPEndPoint, bool> Allows { get; init; } = Settings.Addresses.Allows;

    /// <summary>The node of a cluster, part of the ids of transfers; zero = none.</summary>
    public int Node { get; init; }
}
