using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The same stages for all transfers.</summary>
internal sealed class FixedStages(ContentStages stages) : IContentStagesPolicy
{
    /// <inheritdoc/>
    public Flow<Chunk, Chunk, NotUsed>? StageOf(StagedTransfer transfer) => transfer.Sends ? stages.Outgoing : stages.Incoming;
}
