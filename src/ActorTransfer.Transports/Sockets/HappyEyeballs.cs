using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Connects to one of several addresses of a name (RFC 8305), so that an unreachable address family does not use up the time of the other.
/// </summary>
internal static class HappyEyeballs
{
    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(200);

    /// <summary>The families in alternation, starting with the one that the resolver returns first (RFC 8305 §4).</summary>
    public static IEnumerable<IPAddress> Interleave(IPAddress[] addresses)
    {
        AddressFamily first = addresses[0].AddressFamily;
        IPAddress[] preferred = [.. addresses.Where(address => address.AddressFamily == first)];
        IPAddress[] others = [.. addresses.Where(address => address.AddressFamily != first)];
        return Enumerable.Range(0, Math.Max(preferred.Length, others.Length))
            .SelectMany(index => preferred.Skip(index).Take(1).Concat(others.Skip(index).Take(1)));
    }

    /// <summary>
    /// Connects to the first address that responds: one after the other, the next one when the previous one failed or is silent for a
    /// moment (RFC 8305 §5). Attempts that lose are closed.
    /// </summary>
    public static async Task<T> ConnectAsync<T>(IEnumerable<IPEndPoint> endPoints, Func<IPEndPoint, CancellationToken, Task<T>> open, CancellationToken ct)
        where T : IDisposable
    {
        CancellationTokenSource losers = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Queue<IPEndPoint> waiting = new(endPoints);
        List<Task<T>> running = [];
        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out IPEndPoint? next))
                {
                    running.Add(open(next, losers.Token));
                }

                Task<T>? done = await FirstAsync(running, waiting.Count > 0 ? s_stagger : Timeout.InfiniteTimeSpan, ct);
                if (done is null)
                {
                    continue;
                }

                running.Remove(done);
                if (done.IsCompletedSuccessfully || (running.Count == 0 && waiting.Count == 0))
                {
                    return await done;
                }
            }
        }
        finally
        {
            _ = EndAsync(running, losers);
        }
    }

    private static async Task<Task<T>?> FirstAsync<T>(List<Task<T>> running, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            return await Task.WhenAny(running).WaitAsync(timeout, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Never fails: losing attempts may connect late, or fail.</summary>
    private static async Task EndAsync<T>(List<Task<T>> running, CancellationTokenSource losers)
        where T : IDisposable
    {
        await losers.CancelAsync();
        foreach (Task<T> loser in running)
        {
            await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loser.IsCompletedSuccessfully)
            {
                (await loser).Dispose();
            }
        }

        losers.Dispose();
    }
}
