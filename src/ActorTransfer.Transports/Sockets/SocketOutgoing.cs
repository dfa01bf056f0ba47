using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Chunks to socket, see <see cref="SocketOutgoingLogic"/>. Value: the bytes written, or the fault.</summary>
internal sealed class SocketOutgoing<T> : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
{
    private readonly SocketLink _link;
    private readonly TimeSpan? _linger;
    private readonly Func<SentBytes, T> _result;

    public SocketOutgoing(SocketLink link, TimeSpan? linger, Func<SentBytes, T> result)
    {
        _result = result;
        _link = link;
        _linger = linger;
        Shape = new SinkShape<Chunk>(new Inlet<Chunk>("SocketOutgoing.in"));
    }

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        OutgoingResult<T> report = new(_result);
        var logic = _linger is { } linger
            ? new WatchedOutgoingLogic(Shape, _link, linger, report)
            : new SocketOutgoingLogic(Shape, _link, report);
        return new LogicAndMaterializedValue<Task<T>>(logic, report.Task);
    }
}
