using System.Collections.Immutable;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Implementation of <see cref="IClusterAccounts"/>.</summary>
internal sealed class ClusterAccounts(AccountLocator accounts) : IClusterAccounts
{
    private static readonly TimeSpan s_statsTimeout = TimeSpan.FromSeconds(5);

    public async Task<AccountLocation?> LocateAsync(string account, CancellationToken ct = default) =>
        ToLocation(await accounts.LocateAsync(account, ct).ConfigureAwait(false));

    public async Task<AccountLocation?> ReloadAsync(string account, CancellationToken ct = default) =>
        ToLocation(await accounts.AskAsync<AccountMessage.Located>(new AccountMessage.Reload(account), ct).ConfigureAwait(false));

    public async Task<ImmutableDictionary<string, int>> CountAsync(CancellationToken ct = default)
    {
        var stats = await accounts.Region.Ask<ClusterShardingStats>(new GetClusterShardingStats(s_statsTimeout), AccountLocator.Timeout, ct)
            .ConfigureAwait(false);
        return stats.Regions.ToImmutableDictionary(region => region.Key.ToString(), region => region.Value.Stats.Values.Sum());
    }

    private static AccountLocation? ToLocation(AccountMessage.Located located) => located.Node.Length == 0 ? null : new AccountLocation(
        located.Node,
        Jid.TryParse(located.Self, out var self) ? new AccountStatus.Online(self)
            : located.Reason.Length > 0 ? new AccountStatus.Offline(located.Reason, located.IsForGood) { Fault = (LinkFault)located.Fault }
            : null);
}
