using Akka;
using Akka.Streams;

namespace ActorTransfer.Transports.Stages;

/// <summary>One run of a graph that was built and fused once. Its stages find it in the attributes, see <see cref="RunStage{TRun}"/>.</summary>
internal interface IGraphRun : Attributes.IMandatoryAttribute
{
    IGraph<ClosedShape, NotUsed> Graph { get; }

    /// <summary>The graph could not be started.</summary>
    void Fail(Exception reason);
}
