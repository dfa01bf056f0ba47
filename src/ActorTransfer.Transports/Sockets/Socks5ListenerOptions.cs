using System.Net;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Settings of a listener.</summary>
/// <param name="EndPoint">Address and port; port 0 selects a free one.</param>
/// <param name="HandshakeTimeout">For the whole handshake, from the accept.</param>
/// <param name="MaxHandshakes">
/// Concurrent handshakes and pending arrivals. When more connect, handshakes older than a minimum time are closed, the oldest first.
/// </param>
/// <param name="Backlog">Length of the kernel's accept queue; the system limits it to its own maximum.</param>
internal sealed record Socks5ListenerOptions(IPEndPoint EndPoint, TimeSpan HandshakeTimeout, int MaxHandshakes, int Backlog)
{
    /// <summary>Bytes of a full chunk of the links.</summary>
    public int ChunkSize { get; init; } = Chunk.DefaultSize;

    /// <summary>Kernel buffer bytes of an accepted connection, per direction; 0 = system default.</summary>
    public int SocketBuffer { get; init; }

    /// <summary>Bytes that the kernel takes of an accepted connection before it can send them; 0 = as many as its buffer holds. Linux only.</summary>
    public int MaxUnsent { get; init; }

    /// <summary>Measures <see cref="HandshakeTimeout"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
