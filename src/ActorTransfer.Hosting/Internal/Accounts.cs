using ActorTransfer.Actors;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IAccounts"/>.</summary>
/// <param name="system">The engine's actor system.</param>
/// <param name="instance">The engine.</param>
internal sealed class Accounts(ActorSystem system, EngineInstance instance) : IAccounts
{
    private const string Prefix = "account ";

    private readonly EngineLifetime _engine = instance.Lifetime;
    private readonly AccountStatuses _statuses = new(
        system, instance.Lifetime, (name, ct) => instance.Remote?.DescribeAsync(name[Prefix.Length..], ct) ?? Task.FromResult<string?>(null));

    public IAsyncEnumerable<AccountStatus> WatchAsync(string account, CancellationToken ct = default) =>
        _statuses.WatchAsync(Prefix + account, parts => parts.Connections.GetValueOrDefault(account), ct);

    public Task<AccountStatus> ReconnectAsync(string account, CancellationToken ct = default) =>
        _statuses.ReconnectAsync(Prefix + account, parts => parts.Connections.GetValueOrDefault(account), ct);

    public async Task<string> AddAsync(ClientAccount account, CancellationToken ct = default) =>
        await AddAsync(AccountDefinitions.Of(account), nameof(account), ct).ConfigureAwait(false);

    public async Task<string> AddAsync(ComponentAccount component, CancellationToken ct = default) =>
        await AddAsync(AccountDefinitions.Of(component), nameof(component), ct).ConfigureAwait(false);

    public async Task<string> AddAsync(InProcessLink link, Jid? server = null, CancellationToken ct = default) =>
        await AddAsync(AccountDefinitions.Of(link, server), nameof(link), ct).ConfigureAwait(false);

    public async Task RemoveAsync(string account, TimeSpan? within = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentOutOfRangeException.ThrowIfLessThan(within ?? TimeSpan.Zero, TimeSpan.Zero, nameof(within));
        var close = new Engine.CloseAccount(account, within ?? instance.Settings.Transfers.DrainTimeout);
        if (await AskAsync(close, ct).ConfigureAwait(false) is Engine.AccountRefused { Reason: var reason })
        {
            throw new EngineException(reason);
        }
    }

    internal async Task<string> AddAsync(AccountDefinition account, string parameter, CancellationToken ct) =>
        await AskAsync(new Engine.OpenAccount(account), ct).ConfigureAwait(false) is Engine.AccountRefused { Reason: var reason }
            ? throw new ArgumentException(reason, parameter)
            : account.Name;

    /// <summary>The gateway gets the change before this class gets the reply; when it responds it has handled it, and other calls find the account.</summary>
    private async Task<object> AskAsync(object request, CancellationToken ct)
    {
        var reply = await _engine.AskAsync<object>(parts => parts.Engine, request, ct).ConfigureAwait(false);
        var gateway = await _engine.GatewayAsync(ct).ConfigureAwait(false);
        await _engine.AskAsync<ActorIdentity>(_ => gateway, new Identify(null), ct).ConfigureAwait(false);
        return reply;
    }
}
