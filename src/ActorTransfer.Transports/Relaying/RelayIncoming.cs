using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Relaying;

/// <summary>Socket to chunks for one direction of a <see cref="SocketRelay"/>.</summary>
internal sealed class RelayIncoming(bool fromFirst) : GraphStage<SourceShape<Chunk>>
{
    public override SourceShape<Chunk> Shape { get; } = new(new Outlet<Chunk>("RelayIncoming.out"));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        var relay = inheritedAttributes.GetMandatoryAttribute<SocketRelay>();
        return new Logic(Shape, relay, fromFirst, fromFirst ? relay.First : relay.Second);
    }

    private sealed class Logic(SourceShape<Chunk> shape, SocketRelay relay, bool fromFirst, SocketLink link)
        : SocketIncomingLogic(shape, link, new ReadSize(relay.Terms.LargestChunk(link)), link.Channel as LinuxChannel)
    {
        protected override bool IsStopping => relay.IsParking;

        public override void PostStop()
        {
            base.PostStop();
            relay.StageStopped(fromFirst, moved: 0);
        }
    }
}
