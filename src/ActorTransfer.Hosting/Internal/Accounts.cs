using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorTransfer.Actors;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Turns what a connection tells its subscribers into a sequence.</summary>
internal sealed class Accounts(ActorSystem system, IRequiredActor<EngineActor> engine) : IAccounts
{
    public async IAsyncEnumerable<AccountStatus> WatchAsync(string account, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var statuses = Channel.CreateBounded<AccountStatus>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        var target = await engine.GetAsync(ct).ConfigureAwait(false);
        var watcher = system.ActorOf(AccountWatcher.Props(target, account, statuses.Writer));
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
