using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>A socket by system calls, using the process's pollers. Takes ownership of the descriptor.</summary>
internal sealed class LinuxChannel(LinuxSocket socket, EndPoint? remote) : SocketChannel
{
    private Waiter? _reading;
    private Waiter? _writing;

    public override EndPoint? RemoteEndPoint => remote;

    public override IPAddress LocalAddress => SocketAddresses.Local(socket);

    public override bool CanSplice => true;

    public override SafeHandle Handle => socket;

    public override int Receive(Span<byte> buffer, out SocketError error) => Receive(buffer, flags: 0, out error);

    public override int Peek(Span<byte> buffer, out SocketError error) => Receive(buffer, Libc.MessagePeek, out error);

    public override int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        nint count;
        do
        {
            count = Libc.Send(socket, bytes, bytes.Length, Libc.MessageNoSignal);
        }
        while (count < 0 && Libc.WasInterrupted);
        return Result(count, out error);
    }

    /// <summary>Moves bytes into the pipe. As <see cref="Receive(Span{byte}, out SocketError)"/>.</summary>
    public int SpliceInto(KernelPipe pipe, int length, out SocketError error)
    {
        nint count;
        do
        {
            count = Libc.SpliceIn(socket, 0, pipe.WriteEnd, 0, length, Libc.SpliceMove | Libc.SpliceNonBlocking);
        }
        while (count < 0 && Libc.WasInterrupted);
        return Result(count, out error);
    }

    /// <summary>Moves bytes out of the pipe. As <see cref="Send"/>.</summary>
    public int SpliceFrom(KernelPipe pipe, int length, out SocketError error)
    {
        nint count;
        do
        {
            count = Libc.SpliceOut(pipe.ReadEnd, 0, socket, 0, length, Libc.SpliceMove | Libc.SpliceNonBlocking);
        }
        while (count < 0 && Libc.WasInterrupted);
        return Result(count, out error);
    }

    public override void EndSending()
    {
        if (Libc.Shutdown(socket, Libc.ShutdownWrite) != 0)
        {
            throw new SocketException((int)Libc.LastError);
        }
    }

    public override SocketOperation Operation(Action completed) => new LinuxOperation(this, completed);

    public override void WaitReadable(Action readable, bool yields = false) => WaitReadable(new Call(readable), yields);

    public void WaitReadable(IReadiness readable, bool yields = false) => (_reading ??= new Waiter(Poller.Reading, socket)).Wait(readable, yields);

    public void WaitWritable(IReadiness writable) => (_writing ??= new Waiter(Poller.Writing, socket)).Wait(writable);

    /// <summary>True when the waiter for bytes will not be called any more.</summary>
    public bool CancelReading() => _reading?.Cancel() ?? false;

    /// <summary>True when the waiter for buffer space will not be called any more.</summary>
    public bool CancelWriting() => _writing?.Cancel() ?? false;

    public override void Close()
    {
        socket.Dispose();
        _reading?.Dispose();
        _writing?.Dispose();
    }

    public override void Abort()
    {
        Span<byte> atOnce = [1, 0, 0, 0, 0, 0, 0, 0]; // struct linger: on, 0 s
        try
        {
            _ = Libc.SetOption(socket, Libc.SocketLevel, Libc.Linger, atOnce, atOnce.Length);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }

        Close();
    }

    private static int Result(nint count, out SocketError error)
    {
        if (count < 0)
        {
            error = Libc.LastError;
            return 0;
        }

        error = SocketError.Success;
        return (int)count;
    }

    private int Receive(Span<byte> buffer, int flags, out SocketError error)
    {
        nint count;
        do
        {
            count = Libc.Receive(socket, buffer, buffer.Length, flags);
        }
        while (count < 0 && Libc.WasInterrupted);
        return Result(count, out error);
    }

    private sealed class Call(Action action) : IReadiness
    {
        public void OnReady() => action();
    }
}
