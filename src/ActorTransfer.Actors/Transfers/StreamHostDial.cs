using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Connects to one address of a streamhost.</summary>
internal static class StreamHostDial
{
    /// <summary>Connects to one address and requests the destinations in order, each over a new connection, until one is not refused.</summary>
    /// <param name="connector">Connects.</param>
    /// <param name="host">The streamhost.</param>
    /// <param name="destinations">Destinations to request; not empty.</param>
    /// <param name="limit">Timeout of one attempt: connection and handshake.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task<IByteLink> ConnectAsync(
        IStreamHostConnector connector, StreamHost host, ImmutableArray<DestinationAddress> destinations, TimeSpan limit, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var connection = await connector.ConnectAsync(host, limit, StreamHostTrust.Own, cancellation).ConfigureAwait(false);
            try
            {
                return await connection.HandshakeAsync(destinations[attempt], limit, cancellation).ConfigureAwait(false);
            }
            catch (Socks5RefusedException) when (attempt + 1 < destinations.Length)
            {
                // The streamhost may know the stream by another form of the JIDs.
            }
        }
    }
}
