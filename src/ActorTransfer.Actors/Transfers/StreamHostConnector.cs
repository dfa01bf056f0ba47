using System.Net;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports;
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

/// <summary>Reaches streamhosts. Tests and hosts with a network of their own replace it.</summary>
public interface IStreamHostConnector
{
    /// <summary>True when an attempt with <see cref="StreamHostTrust.Peer"/> is certain to fail because the policy forbids the address; saves it.</summary>
    bool Forbids(StreamHost host) => false;

    /// <summary>
    /// Connects and does the SOCKS5 handshake. The caller owns the link. Fails with an exception whose message tells people why; an address
    /// that the policy forbids with <see cref="EndPointNotAllowedException"/>, a refusal of the streamhost with <see cref="Socks5RefusedException"/>.
    /// </summary>
    Task<IByteLink> ConnectAsync(StreamHost host, DestinationAddress destination, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation);
}

/// <summary>Reaches streamhosts over TCP.</summary>
/// <param name="chunkSize">Bytes of a full chunk of the links it makes.</param>
/// <param name="policy">Asked about the very address that is connected to, after the name was resolved.</param>
public sealed class TcpStreamHostConnector(int chunkSize, AddressPolicy policy) : IStreamHostConnector
{
    /// <inheritdoc/>
    public bool Forbids(StreamHost host) => IPAddress.TryParse(host.Host, out var address) && !policy.Allows(new IPEndPoint(address, host.Port));

    /// <inheritdoc/>
    public async Task<IByteLink> ConnectAsync(
        StreamHost host, DestinationAddress destination, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            return await Socks5Connector
                .ConnectAsync(host.Host, host.Port, destination, deadline.Token, trust == StreamHostTrust.Own ? null : policy.Allows, chunkSize)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no SOCKS5 connection within {limit.TotalSeconds:0.#} s", exception);
        }
    }
}
