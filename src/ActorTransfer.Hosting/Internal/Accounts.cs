using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IAccounts"/>.</summary>
internal sealed class Accounts(ActorSystem system, EngineLifetime engine) : IAccounts
{
    private readonly AccountStatuses _statuses = new(system, engine);

    public IAsyncEnumerable<AccountStatus> WatchAsync(string account, CancellationToken ct = default) =>
        _statuses.WatchAsync($"account {account}", parts => parts.Connections.GetValueOrDefault(account), ct);

    public Task<AccountStatus> ReconnectAsync(string account, CancellationToken ct = default) =>
        _statuses.ReconnectAsync($"account {account}", parts => parts.Connections.GetValueOrDefault(account), ct);
}
