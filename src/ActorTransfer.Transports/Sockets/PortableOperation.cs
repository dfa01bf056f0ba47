using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>By .NET: a receive of zero bytes waits, a send sends all.</summary>
#pragma warning disable CA1001 // Abandon releases, later than Dispose could: the kernel may still use the memory
internal sealed class PortableOperation : SocketOperation
#pragma warning restore CA1001
{
    /// <summary>Without the execution context: completions only post to the stage.</summary>
    private readonly SocketAsyncEventArgs _args = new(true);
    private readonly Socket _socket;

    public PortableOperation(Socket socket, Action completed)
        : base(completed)
    {
        _socket = socket;
        _args.Completed += (_, _) => Complete();
    }

    public override SocketError Error => _args.SocketError;

    protected override bool BeginWait() => _socket.ReceiveAsync(_args);

    protected override bool BeginSend(Chunk chunk)
    {
        _args.SetBuffer(chunk.Memory);
        return _socket.SendAsync(_args);
    }

    protected override int EndSend(Chunk chunk)
    {
        int sent = _args.BytesTransferred;
        _args.SetBuffer(default);
        chunk.Skip(sent);
        return sent;
    }

    protected override void Release()
    {
        base.Release();
        _args.Dispose();
    }
}
