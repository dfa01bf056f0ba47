using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Relaying;

/// <summary>Chunks to socket for one direction of a relay: reports by messages at intervals; of a short relay only the end.</summary>
internal sealed class SocketRelaying : GraphStage<SinkShape<Chunk>>
{
    private readonly SocketLink _link;
    private readonly bool _fromFirst;
    private readonly TimeSpan _interval;
    private readonly Action<RelayEvent> _report;

    public SocketRelaying(SocketLink link, bool fromFirst, TimeSpan interval, Action<RelayEvent> report)
    {
        (_link, _fromFirst, _interval, _report) = (link, fromFirst, interval, report);
        Shape = new SinkShape<Chunk>(new Inlet<Chunk>("SocketRelaying.in"));
    }

    public override SinkShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new SocketOutgoingLogic(Shape, _link, new Report(_fromFirst, (long)_interval.TotalMilliseconds, _report), relays: true);

    private sealed class Report(bool fromFirst, long interval, Action<RelayEvent> report) : IOutgoingReport
    {
        private long _next = Environment.TickCount64 + interval;

        public void Moved(long total)
        {
            long now = Environment.TickCount64;
            if (now >= _next)
            {
                _next = now + interval;
                report(new RelayEvent.Moved(fromFirst, total));
            }
        }

        public void Completed(SentBytes sent) => report(new RelayEvent.Ended(fromFirst, sent.Bytes, Fault: null));

        public void Failed(long total, Exception reason) => report(new RelayEvent.Ended(fromFirst, total, reason));
    }
}
