using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Extensibility;

/// <summary>The source of a streamhost's address.</summary>
public enum StreamHostTrust
{
    /// <summary>The peer: the address policy applies.</summary>
    Peer,

    /// <summary>The own server or the configuration: it may be at any address.</summary>
    Own,
}

/// <summary>Connects to streamhosts. Replaceable by tests and by applications with their own network.</summary>
public interface IStreamHostConnector
{
    /// <summary>True when the policy certainly forbids the address with <see cref="StreamHostTrust.Peer"/>; saves the attempt.</summary>
    bool Forbids(StreamHost host) => false;

    /// <summary>
    /// Connects by TCP and sends nothing, so several addresses of one streamhost may be tried at once. The caller owns the connection. Fails with an
    /// exception whose message is human-readable; with <see cref="EndPointNotAllowedException"/> if the policy forbids the address.
    /// </summary>
    /// <param name="host">The streamhost.</param>
    /// <param name="limit">Timeout.</param>
    /// <param name="trust">The source of the address.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation);
}

/// <summary>A connection to a streamhost before the SOCKS5 handshake. After a successful handshake <see cref="IDisposable.Dispose"/> does nothing.</summary>
public interface IStreamHostConnection : IDisposable
{
    /// <summary>The remote address, if this kind of connection has one.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>The connection has closed: the streamhost does not wait for a handshake.</summary>
    bool HasEnded { get; }

    /// <summary>
    /// Requests the stream, once. With one hash there must be one handshake at a time at a streamhost: with some proxies a second one replaces
    /// the first, or the other end. The caller owns the link. Fails with an exception whose message is human-readable, a
    /// refusal with <see cref="Socks5RefusedException"/>; the connection is closed then.
    /// </summary>
    /// <param name="destination">The hash (DST.ADDR).</param>
    /// <param name="limit">Timeout.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    Task<IByteLink> HandshakeAsync(DestinationAddress destination, TimeSpan limit, CancellationToken cancellation);
}
