using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Reaches streamhosts. Tests and hosts with a network of their own replace it.</summary>
public interface IStreamHostConnector
{
    /// <summary>Connects and does the SOCKS5 handshake. Fails with an exception whose message tells people why; the caller owns the link.</summary>
    Task<IByteLink> ConnectAsync(StreamHost host, DestinationAddress destination, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>Reaches streamhosts over TCP.</summary>
/// <param name="chunkSize">Bytes of a full chunk of the links it makes.</param>
public sealed class TcpStreamHostConnector(int chunkSize) : IStreamHostConnector
{
    /// <inheritdoc/>
    public async Task<IByteLink> ConnectAsync(StreamHost host, DestinationAddress destination, TimeSpan limit, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            return await Socks5Connector.ConnectAsync(host.Host, host.Port, destination, deadline.Token, chunkSize: chunkSize).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no SOCKS5 connection within {limit.TotalSeconds:0.#} s", exception);
        }
    }
}

/// <summary>What transfers need from around them.</summary>
/// <param name="Settings">Times and limits.</param>
/// <param name="Connector">Reaches streamhosts.</param>
/// <param name="StreamHost">The listener for direct transfers, or nobody.</param>
/// <param name="Stages">The user's own stages.</param>
public sealed record TransferWorld(EngineSettings Settings, IStreamHostConnector Connector, IActorRef StreamHost, ContentStages Stages);

/// <summary>A connection as transfers use it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connection">Its actor.</param>
/// <param name="Proxies">Its proxy directory.</param>
public sealed record Account(string Name, IActorRef Connection, IActorRef Proxies)
{
    /// <summary>Own address; null while the link is down.</summary>
    public Jid? Self { get; init; }
}
