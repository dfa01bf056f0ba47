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
        var link = fromFirst ? relay.First : relay.Second;
        return new SocketIncomingLogic(Shape, link, new ReadSize(relay.Terms.LargestChunk(link)), link.Channel as LinuxChannel);
    }
}
