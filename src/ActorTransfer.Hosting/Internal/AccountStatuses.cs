using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The statuses of accounts and proxies, each read by an <see cref="AccountWatcher"/>.</summary>
/// <param name="system">The engine's actor system.</param>
/// <param name="engine">The engine.</param>
/// <param name="elsewhere">Why the engine does not have a connection, by its name; null = there is no such connection.</param>
internal sealed class AccountStatuses(ActorSystem system, EngineLifetime engine, Func<string, CancellationToken, Task<string?>>? elsewhere = null)
{
    /// <summary>The status changes of a connection.</summary>
    /// <param name="name">Of the account or proxy, in errors.</param>
    /// <param name="connection">Finds its connection; null = there is none.</param>
    /// <param name="ct">Ends the sequence.</param>
    /// <exception cref="EngineException">There is no such account or proxy, or the engine cannot run.</exception>
    public async IAsyncEnumerable<AccountStatus> WatchAsync(
        string name, Func<Engine.Parts, IActorRef?> connection, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var status in ReadAsync(name, connection, new Connection.Subscribe(), ct).ConfigureAwait(false))
        {
            if (status is null)
            {
                yield break;
            }

            yield return status;
        }
    }

    /// <summary>Reconnects, and returns the result.</summary>
    /// <exception cref="EngineException">There is no such account or proxy, or the engine cannot run.</exception>
    public async Task<AccountStatus> ReconnectAsync(string name, Func<Engine.Parts, IActorRef?> connection, CancellationToken ct)
    {
        await foreach (var status in ReadAsync(name, connection, new Connection.Reconnect(), ct).ConfigureAwait(false))
        {
            return status ?? throw new EngineException($"{name} was removed");
        }

        throw new EngineException((await engine.Ended.WaitAsync(ct).ConfigureAwait(false)).Reason);
    }

    /// <summary>Null: the account is being removed.</summary>
    private async IAsyncEnumerable<AccountStatus?> ReadAsync(
        string name, Func<Engine.Parts, IActorRef?> connection, object request, [EnumeratorCancellation] CancellationToken ct)
    {
        var target = connection(await engine.RunningAsync(ct).ConfigureAwait(false)) ?? throw await NotFoundAsync(name, ct).ConfigureAwait(false);
        var statuses = Channel.CreateBounded<AccountStatus?>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        var watcher = system.ActorOf(AccountWatcher.Props(target, request, statuses.Writer));
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

        if (!ct.IsCancellationRequested && await engine.Ended.WaitAsync(ct).ConfigureAwait(false) is { ByApplication: false } end)
        {
            throw new EngineException(end.Reason);
        }
    }

    private async Task<EngineException> NotFoundAsync(string name, CancellationToken ct) =>
        new((elsewhere is null ? null : await elsewhere(name, ct).ConfigureAwait(false)) ?? $"there is no {name}");
}
