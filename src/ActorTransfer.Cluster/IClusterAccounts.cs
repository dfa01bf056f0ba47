using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>
/// The accounts of a cluster (<see cref="ActorTransferClusterOptions.AddAccounts"/>), wherever they live. Inject it after
/// <see cref="ActorTransferClusterServices.AddActorTransferClusterServices"/>. Thread-safe.
/// </summary>
public interface IClusterAccounts
{
    /// <summary>Where an account lives. One that does not live anywhere is started, and one that moves is awaited.</summary>
    /// <param name="account">Its name.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>Null: the directory does not know it.</returns>
    /// <exception cref="EngineException">It did not respond in time.</exception>
    Task<AccountLocation?> LocateAsync(string account, CancellationToken ct = default);

    /// <summary>How many accounts live on each node, by the address of the node.</summary>
    /// <param name="ct">Cancels the wait.</param>
    Task<ImmutableDictionary<string, int>> CountAsync(CancellationToken ct = default);

    /// <summary>
    /// Reads the account from the directory again, after a change there: one that is open is closed, as by <see cref="IAccounts.RemoveAsync"/>, and opened
    /// again if the directory still has it; a new one is opened.
    /// </summary>
    /// <param name="account">Its name.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>Null: the directory does not know it any more.</returns>
    /// <exception cref="EngineException">It did not respond in time; it is reloaded nevertheless.</exception>
    Task<AccountLocation?> ReloadAsync(string account, CancellationToken ct = default);
}

/// <summary>Where an account of a cluster lives.</summary>
/// <param name="Node">Address of the node.</param>
/// <param name="Status">Its connection; null before the first attempt to connect has ended.</param>
public sealed record AccountLocation(string Node, AccountStatus? Status);
