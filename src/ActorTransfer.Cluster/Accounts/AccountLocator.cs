using System.Diagnostics;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Finds the node where an account lives.</summary>
/// <param name="region">The shard region of this node.</param>
/// <param name="node">Address of this node.</param>
internal sealed class AccountLocator(IActorRef region, string node)
{
    /// <summary>An account that is moving responds when it is open again.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(3);

    public IActorRef Region => region;

    /// <summary>Where it lives; an empty node: the directory does not know it.</summary>
    /// <exception cref="EngineException">It did not respond in time.</exception>
    public Task<AccountMessage.Located> LocateAsync(string account, CancellationToken ct) =>
        AskAsync<AccountMessage.Located>(new AccountMessage.Locate(account), ct);

    /// <summary>
    /// Asks an account; again when there is no reply: its node may have been lost before others know it. The request may arrive several times.
    /// </summary>
    /// <exception cref="EngineException">It did not respond in time.</exception>
    public async Task<T> AskAsync<T>(IClusterMessage request, CancellationToken ct)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Timeout;)
        {
            try
            {
                return await region.Ask<T>(request, s_again, ct).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                // again
            }
        }

        throw new EngineException($"The account did not respond within {Timeout}: {request}.", forGood: false);
    }

    public bool IsHere(AccountMessage.Located located) => located.Node == node;
}
