using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Passes a stream to a receiver.</summary>
internal static class ReceiverSink
{
    /// <summary>
    /// Disposes the chunks; requests the next while one is being written, so it holds two at most. Value: the receiver's result when all
    /// bytes are written, or the fault of stream or receiver. A reset after the last byte is not a fault.
    /// </summary>
    public static Sink<Chunk, Task<T>> Create<T>(IByteReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return Sink.FromGraph(new ReceiverStage<T>(receiver));
    }
}

/// <summary>The stage of <see cref="ReceiverSink"/>.</summary>
internal sealed class ReceiverStage<T>(IByteReceiver<T> receiver) : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
{
    public override SinkShape<Chunk> Shape { get; } = new(new Inlet<Chunk>("ReceiverSink.in"));

    public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        ReceiverLogic<T> logic = new(Shape, receiver);
        return new LogicAndMaterializedValue<Task<T>>(logic, logic.Value);
    }
}
