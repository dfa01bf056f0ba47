using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The statuses of accounts and proxies, each read by an <see cref="AccountWatcher"/>.</summary>
internal static class AccountStatuses
{
    /// <summary>The status changes of a connection.</summary>
    /// <exception cref="EngineException">There is no such account or proxy, or the engine cannot run.</exception>
    public static IAsyncEnumerable<AccountStatus> WatchAsync(
        ActorSystem system, IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, CancellationToken ct) =>
        ReadAsync(system, engine, name, connection, new Connection.Subscribe(), ct);

    /// <summary>Reconnects, and returns the result.</summary>
    /// <exception cref="EngineException">There is no such account or proxy, or the engine cannot run.</exception>
    public static async Task<AccountStatus> ReconnectAsync(
        ActorSystem system, IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, CancellationToken ct)
    {
        await foreach (var status in ReadAsync(system, engine, name, connection, new Connection.Reconnect(), ct).ConfigureAwait(false))
        {
            return status;
        }

        throw new EngineException("the engine has stopped");
    }

    private static async IAsyncEnumerable<AccountStatus> ReadAsync(
        ActorSystem system, IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, object request, [EnumeratorCancellation] CancellationToken ct)
    {
        var statuses = Channel.CreateBounded<AccountStatus>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        var watcher = system.ActorOf(AccountWatcher.Props(engine, name, connection, request, statuses.Writer));
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
