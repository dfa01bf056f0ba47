using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Reads the bytes that are there into a chunk, or moves them into one within the kernel.</summary>
/// <param name="link">The link to read.</param>
/// <param name="size">The size of reads.</param>
/// <param name="inKernel">The channel of the link, when bytes may stay in the kernel.</param>
internal sealed class ChunkReader(SocketLink link, ReadSize size, LinuxChannel? inKernel)
{
    /// <summary>Null when nothing was read; with success the peer has ended.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public Chunk? Read(out SocketError error)
    {
        Chunk? chunk = inKernel is { } channel && size.IsBulk ? ReadInKernel(channel, out error) : ReadToMemory(out error);
        if (chunk is not null)
        {
            size.Adapt(chunk.Length, link.ChunkSize);
        }
        else if (error == SocketError.WouldBlock)
        {
            size.ExpectNone();
        }

        return chunk;
    }

    private Chunk? ReadInKernel(LinuxChannel channel, out SocketError error)
    {
        Chunk? chunk = Chunk.TryReceiveInKernel(channel, size.Bytes, out error, out bool hasPipe);
        return hasPipe ? chunk : ReadToMemory(out error);
    }

    private Chunk? ReadToMemory(out SocketError error)
    {
        Chunk chunk = Chunk.Rent(Math.Min(size.Bytes, link.ChunkSize));
        int count = 0;
        try
        {
            count = link.Channel.Receive(chunk.Span, out error);
        }
        finally
        {
            if (count == 0)
            {
                chunk.Dispose();
            }
        }

        if (count == 0)
        {
            return null;
        }

        chunk.Truncate(count);
        return chunk;
    }
}
