using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets;

/// <summary>A socket by .NET. Takes ownership.</summary>
internal sealed class PortableChannel : SocketChannel
{
    private readonly Socket _socket;

    public PortableChannel(Socket socket)
    {
        _socket = socket;
        RemoteEndPoint = SocketTuning.RemoteEndPointOf(socket);
        SocketTuning.Tune(socket);
    }

    public override EndPoint? RemoteEndPoint { get; }

    public override IPAddress LocalAddress
    {
        get
        {
            IPAddress local = (_socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
            return local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local;
        }
    }

    public override SafeHandle Handle => _socket.SafeHandle;

    public override int Receive(Span<byte> buffer, out SocketError error) => _socket.Receive(buffer, SocketFlags.None, out error);

    public override int Peek(Span<byte> buffer, out SocketError error) => _socket.Receive(buffer, SocketFlags.Peek, out error);

    public override int Send(ReadOnlySpan<byte> bytes, out SocketError error) => _socket.Send(bytes, SocketFlags.None, out error);

    public override void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public override SocketOperation Operation(Action completed) => new PortableOperation(_socket, completed);

    public override void WaitReadable(Action readable, bool yields = false) => _ = WaitReadableAsync(readable);

    public override void Close()
    {
        try
        {
            // Without this .NET resets the connection when it has to cancel a pending operation, and the last bytes sent are lost.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is already closed.
        }

        _socket.Dispose();
    }

    public override void Abort() => _socket.Close(timeout: 0);

    private async Task WaitReadableAsync(Action readable)
    {
        try
        {
            await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // That can be read, too.
        }

        readable();
    }
}
