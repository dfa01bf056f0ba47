using System.Runtime.CompilerServices;
using ActorTransfer.Actors;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IAccounts"/>.</summary>
internal sealed class Accounts(ActorSystem system, IRequiredActor<EngineActor> engine) : IAccounts
{
    public async IAsyncEnumerable<AccountStatus> WatchAsync(string account, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var target = await engine.GetAsync(ct).ConfigureAwait(false);
        await foreach (var status in AccountStatuses.WatchAsync(
            system, target, $"account {account}", parts => parts.Connections.GetValueOrDefault(account), ct).ConfigureAwait(false))
        {
            yield return status;
        }
    }

    public async Task<AccountStatus> ReconnectAsync(string account, CancellationToken ct = default)
    {
        var target = await engine.GetAsync(ct).ConfigureAwait(false);
        return await AccountStatuses.ReconnectAsync(
            system, target, $"account {account}", parts => parts.Connections.GetValueOrDefault(account), ct).ConfigureAwait(false);
    }
}
