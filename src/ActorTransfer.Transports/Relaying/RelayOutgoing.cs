using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Relaying;

/// <summary>Chunks to socket for one direction of a <see cref="SocketRelay"/>: reports by messages at intervals; of a short relay only the end.</summary>
internal sealed class RelayOutgoing(bool fromFirst) : GraphStage<SinkShape<Chunk>>
{
    public override SinkShape<Chunk> Shape { get; } = new(new Inlet<Chunk>("RelayOutgoing.in"));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        var relay = inheritedAttributes.GetMandatoryAttribute<SocketRelay>();
        return new SocketOutgoingLogic(Shape, fromFirst ? relay.Second : relay.First, new Report(relay, fromFirst), relays: true);
    }

    private sealed class Report(SocketRelay relay, bool fromFirst) : IOutgoingReport
    {
        private readonly long _interval = (long)relay.Terms.ReportInterval.TotalMilliseconds;
        private long _next = Environment.TickCount64 + (long)relay.Terms.ReportInterval.TotalMilliseconds;

        public void Moved(long total)
        {
            long now = Environment.TickCount64;
            if (now >= _next)
            {
                _next = now + _interval;
                relay.Report(new RelayEvent.Moved(fromFirst, total));
            }
        }

        public void Completed(SentBytes sent) => relay.Report(new RelayEvent.Ended(fromFirst, sent.Bytes, Fault: null));

        public void Failed(long total, Exception reason) => relay.Report(new RelayEvent.Ended(fromFirst, total, reason));
    }
}
