using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Connects to the candidates of one race and performs their handshakes. Used on any thread.</summary>
/// <param name="terms">The parameters of the race.</param>
/// <param name="cancellation">Cancelled at the end of the race.</param>
internal sealed class CandidateConnector(RaceTerms terms, CancellationToken cancellation)
{
    private readonly HandshakeSlots _slots = new();
    private readonly Lazy<Task<ImmutableArray<StreamHost>>> _ownProxies = new(() => terms.OwnProxies(cancellation));

    /// <summary>The proxies that this side knows; queried once.</summary>
    public Task<ImmutableArray<StreamHost>> OwnProxies => _ownProxies.Value;

    /// <summary>A handshake with this streamhost is in progress or has succeeded.</summary>
    public bool IsBusy(StreamHost host) => _slots.IsTaken(host.Jid);

    /// <summary>Connects, waits for the slot of its streamhost, and requests the destinations, each over a new connection.</summary>
    /// <param name="candidate">Where to.</param>
    /// <param name="slot">Gets the slot, and is disposed if there is no link. The caller disposes it with the link.</param>
    public async Task<IByteLink> ConnectAsync(StreamHostCandidate candidate, HandshakeSlots.Slot slot)
    {
        var limit = terms.Times.Connect;
        var (connection, rest) = await OpenAsync(candidate, limit).ConfigureAwait(false);
        try
        {
            await _slots.TakeAsync(slot, candidate.Host.Jid, connection.RemoteEndPoint, cancellation).ConfigureAwait(false);
            for (var attempt = 0; ; attempt++)
            {
                if (attempt > 0 || connection.HasEnded)
                {
                    connection.Dispose();
                    (connection, rest) = await OpenAsync(candidate, limit).ConfigureAwait(false);
                }

                try
                {
                    return await connection.HandshakeAsync(candidate.Destinations[attempt], rest, cancellation).ConfigureAwait(false);
                }
                catch (IOException refusal) when (
                    attempt + 1 < candidate.Destinations.Length && refusal is Socks5RefusedException or Socks5HandshakeException)
                {
                    // The streamhost may know the stream by another form of the JIDs, or in another order. Some just close.
                }
            }
        }
        catch
        {
            connection.Dispose();
            slot.Dispose();
            throw;
        }
    }

    /// <summary>Connects, and returns the remaining time.</summary>
    private async Task<(IStreamHostConnection Connection, TimeSpan Left)> OpenAsync(StreamHostCandidate candidate, TimeSpan limit)
    {
        var start = terms.Clock.GetTimestamp();
        var connection = await OpenAsync(candidate.Host, candidate.Trust, limit).ConfigureAwait(false);
        var rest = limit - terms.Clock.GetElapsedTime(start);
        return (connection, rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1));
    }

    private async Task<IStreamHostConnection> OpenAsync(StreamHost host, StreamHostTrust trust, TimeSpan limit)
    {
        try
        {
            return await terms.Connector.ConnectAsync(host, limit, trust, cancellation).ConfigureAwait(false);
        }
        catch (EndPointNotAllowedException) when (trust == StreamHostTrust.Peer)
        {
            if (!IsOneOf(await _ownProxies.Value.ConfigureAwait(false), host))
            {
                throw;
            }
        }

        return await terms.Connector.ConnectAsync(host, limit, StreamHostTrust.Own, cancellation).ConfigureAwait(false);
    }

    /// <summary>The address decides, not the JID: a peer can list our proxy's JID with an address of its own.</summary>
    public static bool IsOneOf(ImmutableArray<StreamHost> own, StreamHost host) =>
        own.Any(known => known.Port == host.Port && string.Equals(known.Host, host.Host, StringComparison.OrdinalIgnoreCase));
}
