using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Whose word a streamhost's address is.</summary>
public enum StreamHostTrust
{
    /// <summary>The peer's: the address policy decides.</summary>
    Peer,

    /// <summary>The own server's or the configuration's: it is connected to wherever it is.</summary>
    Own,
}

/// <summary>Connects to streamhosts. Tests and applications with a network of their own replace it.</summary>
public interface IStreamHostConnector
{
    /// <summary>True when an attempt with <see cref="StreamHostTrust.Peer"/> is certain to fail because the policy forbids the address; saves it.</summary>
    bool Forbids(StreamHost host) => false;

    /// <summary>
    /// Connects by TCP and sends nothing: several addresses of one streamhost may be tried at once. The caller owns the connection. Fails with an
    /// exception whose message tells people why; an address that the policy forbids with <see cref="EndPointNotAllowedException"/>.
    /// </summary>
    /// <param name="host">Whereto.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="trust">Whose word the address is.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation);
}

/// <summary>A connection to a streamhost before the SOCKS5 handshake. After a successful handshake <see cref="IDisposable.Dispose"/> does nothing.</summary>
public interface IStreamHostConnection : IDisposable
{
    /// <summary>The address that is connected to, if the kind of connection has one.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>The connection has closed meanwhile: a streamhost need not wait for a handshake.</summary>
    bool HasEnded { get; }

    /// <summary>
    /// Asks for the stream, once; with one hash at one streamhost never while another handshake is under way: there are proxies where the second
    /// takes the place of the first, or of the other end. The caller owns the link. Fails with an exception whose message tells people why, a
    /// refusal of the streamhost with <see cref="Socks5RefusedException"/>; the connection is closed then.
    /// </summary>
    /// <param name="destination">The hash.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    Task<IByteLink> HandshakeAsync(DestinationAddress destination, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>Connects to streamhosts over TCP.</summary>
/// <param name="chunkSize">Bytes of a full chunk of the links it makes.</param>
/// <param name="policy">Asked about the very address that is connected to, after the name was resolved.</param>
public sealed class TcpStreamHostConnector(int chunkSize, AddressPolicy policy) : IStreamHostConnector
{
    /// <inheritdoc/>
    public bool Forbids(StreamHost host) => IPAddress.TryParse(host.Host, out var address) && !policy.Allows(new IPEndPoint(address, host.Port));

    /// <inheritdoc/>
    public async Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        Func<IPEndPoint, bool>? allowed = trust == StreamHostTrust.Own ? null : policy.Allows;
        var connection = await WithinAsync(
            ct => Socks5Connection.ConnectAsync(host.Host, host.Port, ct, allowed, chunkSize), "no TCP connection", limit, cancellation).ConfigureAwait(false);
        return new Connection(connection);
    }

    private static async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> run, string otherwise, TimeSpan limit, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            return await run(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{otherwise} within {limit.TotalSeconds:0.#} s", exception);
        }
    }

    private sealed class Connection(Socks5Connection socks5) : IStreamHostConnection
    {
        public EndPoint? RemoteEndPoint => socks5.RemoteEndPoint;

        public bool HasEnded => socks5.HasEnded;

        public Task<IByteLink> HandshakeAsync(DestinationAddress destination, TimeSpan limit, CancellationToken cancellation) =>
            WithinAsync(ct => socks5.HandshakeAsync(destination, ct), "connected, but no SOCKS5 answer", limit, cancellation);

        public void Dispose() => socks5.Dispose();
    }
}

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
