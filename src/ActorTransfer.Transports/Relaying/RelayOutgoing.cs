using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Relaying;

/// <summary>Chunks to socket for one direction of a <see cref="SocketRelay"/>: reports by messages at intervals; of a short relay only the end.</summary>
internal sealed class RelayOutgoing(bool fromFirst) : GraphStage<SinkShape<Chunk>>
{
    public override SinkShape<Chunk> Shape { get; } = new(new Inlet<Chunk>("RelayOutgoing.in"));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new Logic(Shape, inheritedAttributes.GetMandatoryAttribute<SocketRelay>(), fromFirst);

    private sealed class Logic(SinkShape<Chunk> shape, SocketRelay relay, bool fromFirst)
        : SocketOutgoingLogic(shape, fromFirst ? relay.Second : relay.First, new Report(relay, fromFirst), relays: true)
    {
        protected override void Begin()
        {
            if (relay.HasEnded(fromFirst))
            {
                Detach(); // before this stream
                return;
            }

            relay.Attach(fromFirst, GetAsyncCallback(Check));
        }

        public override void PostStop()
        {
            base.PostStop();
            relay.StageStopped(fromFirst, Writer.Written);
        }

        private void Check()
        {
            if (!IsOver && relay.MayPark(fromFirst))
            {
                Detach();
            }
        }
    }

    private sealed class Report(SocketRelay relay, bool fromFirst) : IOutgoingReport
    {
        private readonly long _interval = (long)relay.Terms.ReportInterval.TotalMilliseconds;
        private long _next = Environment.TickCount64 + (long)relay.Terms.ReportInterval.TotalMilliseconds;

        public void Moved(long total)
        {
            relay.HasMoved = true;
            long now = Environment.TickCount64;
            if (now >= _next)
            {
                _next = now + _interval;
                relay.Report(new RelayEvent.Moved(fromFirst, relay.Relayed(fromFirst) + total));
            }
        }

        public void Completed(SentBytes sent) => relay.Report(new RelayEvent.Ended(fromFirst, relay.Relayed(fromFirst) + sent.Bytes, Fault: null));

        public void Failed(long total, Exception reason) => relay.Report(new RelayEvent.Ended(fromFirst, relay.Relayed(fromFirst) + total, reason));
    }
}
