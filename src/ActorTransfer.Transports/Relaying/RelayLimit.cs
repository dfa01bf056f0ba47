using ActorTransfer.Transports.Stages;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// The rate limits of a <see cref="SocketRelay"/>, for one direction. Chunks pass whole, the only option for those whose bytes are not in memory.
/// </summary>
internal sealed class RelayLimit() : ChunkStage(nameof(RelayLimit))
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new RateLimitLogic(Shape, inheritedAttributes.GetMandatoryAttribute<SocketRelay>().Terms.Buckets, TimeProvider.System, int.MaxValue);
}
