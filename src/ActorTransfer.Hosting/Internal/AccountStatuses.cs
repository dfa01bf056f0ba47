using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorTransfer.Actors;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The statuses of accounts and proxies, read by a <see cref="AccountWatcher"/> each.</summary>
internal static class AccountStatuses
{
    /// <summary>What happens to a connection, as a sequence.</summary>
    /// <exception cref="EngineException">There is no such account or proxy, or the engine cannot work.</exception>
    public static async IAsyncEnumerable<AccountStatus> WatchAsync(
        ActorSystem system, IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, [EnumeratorCancellation] CancellationToken ct)
    {
        var statuses = Channel.CreateBounded<AccountStatus>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        var watcher = system.ActorOf(AccountWatcher.Props(engine, name, connection, statuses.Writer));
        try
        {
            await foreach (var status in statuses.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return status;
            }
        }
        finally
        {
            system.Stop(watcher);
        }
    }
}
