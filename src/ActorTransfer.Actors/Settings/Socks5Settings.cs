using System.Net;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>socks5</c>.</summary>
internal sealed record Socks5Settings(TimeSpan HandshakeTimeout, int MaxHandshakes, int Backlog)
{
    /// <summary>Options of a listener at this address.</summary>
    public Socks5ListenerOptions ListenAt(IPEndPoint endPoint, int chunkSize) =>
        new(endPoint, HandshakeTimeout, MaxHandshakes, Backlog) { ChunkSize = chunkSize };
}
