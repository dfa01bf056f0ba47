using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Dependencies of transfers.</summary>
/// <param name="Settings">Timeouts and limits.</param>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="StreamHost">The listener for direct transfers, or <see cref="ActorRefs.Nobody"/>.</param>
/// <param name="Stages">The application's own stages.</param>
internal sealed record TransferServices(EngineSettings Settings, IStreamHostConnector Connector, IActorRef StreamHost, ContentStages Stages);

/// <summary>A connection as transfers use it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connection">Its actor.</param>
/// <param name="Proxies">Its proxy directory.</param>
internal sealed record Account(string Name, IActorRef Connection, IActorRef Proxies)
{
    /// <summary>Own address; null while the link is down.</summary>
    public Jid? Self { get; init; }
}
