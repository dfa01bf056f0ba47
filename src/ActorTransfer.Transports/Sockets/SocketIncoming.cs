using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Socket to chunks. On demand it reads at once when bytes are likely (the last read filled its chunk), else it waits for readability
/// without a buffer and rents afterwards, see <see cref="ReadSize"/>. Ends: FIN completes, errors fail, cancel leaves the socket open.
/// </summary>
internal sealed class SocketIncoming : GraphStage<SourceShape<Chunk>>
{
    private readonly SocketLink _link;
    private readonly int _most;
    private readonly LinuxChannel? _inKernel;

    /// <param name="link">The link to read.</param>
    /// <param name="most">Maximum bytes of a chunk.</param>
    /// <param name="inKernel">The downstream does not read the bytes: they may stay in the kernel.</param>
    public SocketIncoming(SocketLink link, int most, bool inKernel)
    {
        _link = link;
        _most = most;
        _inKernel = inKernel ? link.Channel as LinuxChannel : null;
        Shape = new SourceShape<Chunk>(new Outlet<Chunk>("SocketIncoming.out"));
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new SocketIncomingLogic(Shape, _link, new ReadSize(_most), _inKernel);
}
