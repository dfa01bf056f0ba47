using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>What a connection to one address of a streamhost is made with.</summary>
internal static class StreamHostDial
{
    /// <summary>Connects to one address and asks for the destinations one after the other, each over a connection of its own: the next when one is refused.</summary>
    /// <param name="connector">Connects.</param>
    /// <param name="host">Whereto.</param>
    /// <param name="destinations">What to ask for; not empty.</param>
    /// <param name="limit">For the connection and the handshake of one attempt.</param>
    /// <param name="cancellation">Ends it.</param>
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
