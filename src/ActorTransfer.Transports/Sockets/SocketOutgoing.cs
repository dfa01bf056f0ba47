using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Chunks to socket, see <see cref="SocketOutgoingLogic"/>. Value: bytes written, or the fault.</summary>
internal sealed class SocketOutgoing : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<long>>
{
    private readonly SocketLink _link;
    private readonly TimeSpan? _linger;

    public SocketOutgoing(SocketLink link, TimeSpan? linger)
    {
        _link = link;
        _linger = linger;
        Shape = new SinkShape<Chunk>(new Inlet<Chunk>("SocketOutgoing.in"));
    }

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskReport report = new();
        return new LogicAndMaterializedValue<Task<long>>(new SocketOutgoingLogic(Shape, _link, _linger, report), report.Task);
    }

    private sealed class TaskReport : IOutgoingReport
    {
        private readonly TaskCompletionSource<long> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Task => _result.Task;

        public void Moved(long total)
        {
            // The owner asks for the end only.
        }

        public void Completed(long total) => _result.TrySetResult(total);

        public void Failed(long total, Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // an owner who does not ask is no unobserved fault
        }
    }
}
