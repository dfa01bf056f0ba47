using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Extensibility;

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
