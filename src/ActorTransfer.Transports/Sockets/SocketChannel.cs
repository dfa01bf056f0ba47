using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>A connected, non-blocking socket as links use it: by .NET everywhere, by system calls where these do more.</summary>
internal abstract class SocketChannel : IDisposable
{
    /// <summary>The address of the peer; null when the socket lost it already.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Which of this side's addresses the peer is connected to.</summary>
    public abstract IPAddress LocalAddress { get; }

    /// <summary>Bytes may stay in the kernel: <see cref="Chunk.TryReceiveInKernel"/>.</summary>
    public virtual bool CanSplice => false;

    public abstract SafeHandle Handle { get; }

    /// <summary>Bytes read: 0 with success is the peer's end.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public abstract int Receive(Span<byte> buffer, out SocketError error);

    /// <summary>Tells what a receive would, and takes nothing.</summary>
    public abstract int Peek(Span<byte> buffer, out SocketError error);

    /// <summary>Bytes that the kernel took.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public abstract int Send(ReadOnlySpan<byte> bytes, out SocketError error);

    /// <summary>Tells the peer that nothing more will come.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    public abstract void EndSending();

    /// <summary>What a stage waits with; it abandons it.</summary>
    /// <param name="completed">Called on any thread.</param>
    public abstract SocketOperation Operation(Action completed);

    /// <summary>Calls once, on any thread, when there may be something to read, be it an end.</summary>
    /// <param name="readable">Called.</param>
    /// <param name="yields">Not called when somebody else waits already: where there is room for one only, another one takes its place otherwise.</param>
    public abstract void WaitReadable(Action readable, bool yields = false);

    /// <summary>Closes; waits end. The kernel goes on to deliver what it was given.</summary>
    public abstract void Close();

    /// <summary>Closes with a reset; waits end.</summary>
    public abstract void Abort();

    /// <summary>Whether the peer has closed and sent nothing that waits here, by a reset or regularly; null when there is no sign of it at all.</summary>
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

    /// <summary>Receives as soon as there is something; 0 is the peer's end.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>; the channel is of no use then.</exception>
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

    /// <summary>Sends a message that the buffer of a fresh connection holds, in one call: some peers take a piece for the whole.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    public void SendWhole(ReadOnlySpan<byte> message)
    {
        if (Send(message, out SocketError error) != message.Length)
        {
            throw new SocketException((int)(error == SocketError.Success ? SocketError.NoBufferSpaceAvailable : error));
        }
    }
}
