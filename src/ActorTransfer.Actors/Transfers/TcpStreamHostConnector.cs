using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Connects to streamhosts over TCP.</summary>
/// <param name="chunkSize">Bytes of a full chunk of the links it makes.</param>
/// <param name="policy">Checks the address actually connected to, after name resolution.</param>
/// <param name="application">The same of the application, which gets that result; null = there is none.</param>
internal sealed class TcpStreamHostConnector(int chunkSize, AddressPolicy policy, IAddressPolicy? application = null) : IStreamHostConnector
{
    private readonly AddressCheck _check = new(policy, application);

    /// <inheritdoc/>
    public bool Forbids(StreamHost host) => IPAddress.TryParse(host.Host, out var address) && !_check.Allows(new IPEndPoint(address, host.Port));

    /// <inheritdoc/>
    public async Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        Func<IPEndPoint, bool>? allowed = trust == StreamHostTrust.Own ? null : _check.Allows;
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
            WithinAsync(ct => socks5.HandshakeAsync(destination, ct), "connected, but no SOCKS5 reply", limit, cancellation);

        public void Dispose() => socks5.Dispose();
    }
}
