using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Dependencies of transfers.</summary>
/// <param name="Settings">Timeouts and limits.</param>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="StreamHost">The listener for direct transfers, or <see cref="ActorRefs.Nobody"/>.</param>
/// <param name="Stages">The application's own stages.</param>
internal sealed record TransferServices(EngineSettings Settings, IStreamHostConnector Connector, IActorRef StreamHost, ContentStages Stages)
{
    private ActorMaterializerSettings? _small;
    private ActorMaterializerSettings? _bulk;

    /// <summary>Runs byte flows as children of an actor: large files on the bulk dispatcher if there is one, others on the default one.</summary>
    /// <param name="owner">The actor.</param>
    /// <param name="length">Bytes to move.</param>
    public IMaterializer Materializer(IActorContext owner, long length)
    {
        // Reading the settings from the configuration costs more than the rest of a small stream.
        _small ??= ActorMaterializerSettings.Create(owner.System);
        _bulk ??= owner.System.Dispatchers.HasDispatcher(BulkSettings.Dispatcher) ? _small.WithDispatcher(BulkSettings.Dispatcher) : _small;
        return ActorMaterializer.Create(owner, length >= Settings.Bulk.From ? _bulk : _small);
    }
}
