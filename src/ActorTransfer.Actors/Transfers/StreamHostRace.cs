using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost and the link to it.</summary>
internal sealed record StreamHostLink(StreamHost Host, IByteLink Link);

/// <summary>
/// Tries streamhosts in order, the next when the one before failed or has not won after a while; the first to complete its handshake wins,
/// the others are closed. (XEP-0065 §5.3.2 wants them tried in order; patience with a dead first host is what costs users their transfer.)
/// </summary>
internal static class StreamHostRace
{
    /// <summary>Runs the race.</summary>
    /// <exception cref="IOException">Nobody won; the message lists why for each host.</exception>
    public static async Task<StreamHostLink> RunAsync(
        IStreamHostConnector connector,
        ImmutableArray<StreamHost> hosts,
        DestinationAddress destination,
        TimeSpan perHost,
        TimeSpan stagger,
        CancellationToken life)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(life);
        var running = new Dictionary<Task<IByteLink>, StreamHost>();
        try
        {
            return await FindWinnerAsync(next => connector.ConnectAsync(next, destination, perHost, losers.Token), hosts, running, stagger, life).ConfigureAwait(false);
        }
        finally
        {
            // Also when the race was called off: a connection may be made at that very moment.
            await losers.CancelAsync().ConfigureAwait(false);
            await CloseLosersAsync(running.Keys).ConfigureAwait(false);
        }
    }

    private static async Task<StreamHostLink> FindWinnerAsync(
        Func<StreamHost, Task<IByteLink>> connect,
        ImmutableArray<StreamHost> hosts,
        Dictionary<Task<IByteLink>, StreamHost> running,
        TimeSpan stagger,
        CancellationToken life)
    {
        var waiting = new Queue<StreamHost>(hosts);
        var faults = new List<string>();
        while (waiting.Count > 0 || running.Count > 0)
        {
            if (waiting.TryDequeue(out var next))
            {
                running.Add(connect(next), next);
            }

            var done = await FirstAsync(running.Keys, waiting.Count > 0 ? stagger : Timeout.InfiniteTimeSpan, life).ConfigureAwait(false);
            if (done is null || !running.Remove(done, out var host))
            {
                continue;
            }

            if (done.IsCompletedSuccessfully)
            {
                return new StreamHostLink(host, await done.LivesUntil(life).ConfigureAwait(false));
            }

            faults.Add($"{host.Jid} at {host.Host}:{host.Port}: {done.Exception?.GetBaseException().Message ?? "cancelled"}");
        }

        throw new IOException("No streamhost could be reached. " + string.Join("; ", faults));
    }

    private static async Task<Task<IByteLink>?> FirstAsync(IEnumerable<Task<IByteLink>> running, TimeSpan patience, CancellationToken life)
    {
        var any = Task.WhenAny(running);
        try
        {
            return await any.WaitAsync(patience, life).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task CloseLosersAsync(IEnumerable<Task<IByteLink>> losers)
    {
        foreach (var loser in losers)
        {
            try
            {
                (await loser.ConfigureAwait(false)).Dispose();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // A loser may fail as it likes.
            }
        }
    }
}
