using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>A connected, non-blocking socket for links: by .NET on all systems, by system calls for more features.</summary>
internal abstract class SocketChannel : IDisposable
{
    /// <summary>The address of the peer; null when the socket has none any more.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>The local address of the connection.</summary>
    public abstract IPAddress LocalAddress { get; }

    /// <summary>Bytes may stay in the kernel: <see cref="Chunk.TryReceiveInKernel"/>.</summary>
    public virtual bool CanSplice => false;

    public abstract SafeHandle Handle { get; }

    /// <summary>Bytes read: 0 with success is the peer's end.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public abstract int Receive(Span<byte> buffer, out SocketError error);

    /// <summary>Returns the result of a receive without consuming bytes.</summary>
    public abstract int Peek(Span<byte> buffer, out SocketError error);

    /// <summary>Bytes that the kernel accepted.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public abstract int Send(ReadOnlySpan<byte> bytes, out SocketError error);

    /// <summary>Shuts down the sending side.</summary>
    /// <exception cref="SocketException">The connection is closed.</exception>
    public abstract void EndSending();

    /// <summary>The wait operation of a stage, which abandons it.</summary>
    /// <param name="completed">Called on any thread.</param>
    public abstract SocketOperation Operation(Action completed);

    /// <summary>Calls once, on any thread, when there may be something to read, including an end.</summary>
    /// <param name="readable">Called.</param>
    /// <param name="yields">Not called when there is another waiter already; otherwise it replaces that waiter if there is room for one only.</param>
    public abstract void WaitReadable(Action readable, bool yields = false);

    /// <summary>Closes; waits end. The kernel still delivers accepted bytes.</summary>
    public abstract void Close();

    /// <summary>Closes with a reset; waits end.</summary>
    public abstract void Abort();

    /// <summary>Whether the peer has closed and no bytes wait to be read, by a reset or regularly; null when there is no sign of it.</summary>
    public bool? HasEnded()
    {
        Span<byte> first = stackalloc byte[1];
        try
        {
            int count = Peek(first, out SocketError error);
            return error == SocketError.WouldBlock ? null : count == 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    /// <summary>Receives as soon as there are bytes; 0 is the peer's end.</summary>
    /// <exception cref="SocketException">The connection is closed.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>; the channel is then unusable.</exception>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (true)
        {
            int count = Receive(buffer.Span, out SocketError error);
            if (error == SocketError.Success)
            {
                return count;
            }

            if (error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }

            TaskCompletionSource readable = new(TaskCreationOptions.RunContinuationsAsynchronously);
            WaitReadable(() => readable.TrySetResult());
            await readable.Task.WaitAsync(ct);
        }
    }

    /// <summary>Sends a message that fits into the empty send buffer, in one call: some peers mistake a piece for the whole.</summary>
    /// <exception cref="SocketException">The connection is closed.</exception>
    public void SendWhole(ReadOnlySpan<byte> message)
    {
        if (Send(message, out SocketError error) != message.Length)
        {
            throw new SocketException((int)(error == SocketError.Success ? SocketError.NoBufferSpaceAvailable : error));
        }
    }
}
