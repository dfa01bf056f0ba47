using Akka.Configuration;

namespace ActorTransfer;

/// <summary>
/// Watches and steers the proxies that <see cref="ActorTransferOptions.AddProxy"/> added, each named by its JID. Inject it after <c>AddActorTransfer</c>; all members
/// may be called from any thread. Figures that change all the time are also metrics of the meter <c>ActorTransfer</c>.
/// </summary>
public interface IProxies
{
    /// <summary>What the proxy does now and has done. The first call completes when the proxy listens.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="EngineException">
    /// There is no such proxy, or it cannot work: it cannot listen, for example. Not <see cref="EngineException.ForGood"/>: it does not answer now.
    /// </exception>
    Task<BytestreamsProxy.Status> StatusAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>
    /// How the link to the proxy's server stands, and whenever that changes, until the host stops. Nothing comes before the first attempt to connect has ended.
    /// Pairs that run go on without the link. A slow reader gets the latest, not all.
    /// </summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EngineException">There is no such proxy, or the engine cannot work.</exception>
    IAsyncEnumerable<AccountStatus> WatchAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>Connects the proxy's component link now; see <see cref="IAccounts.ReconnectAsync"/>.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Ends the wait; the attempt goes on.</param>
    /// <returns>How the attempt ended.</returns>
    /// <exception cref="EngineException">There is no such proxy, or the engine cannot work.</exception>
    Task<AccountStatus> ReconnectAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>Puts other limits, rates and another list of users in force, for what comes; rates also for pairs that run. Completes when that is done.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="hocon">The section <c>actor-transfer.proxy</c>. What it does not say is as in <c>hocon/reference.conf</c>, not as it was.</param>
    /// <param name="access">
    /// Who may use it from now on; null = as it was added, and where that did not say who, whom <c>proxy.allow</c> of <paramref name="hocon"/> lists.
    /// </param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ConfigurationException">Settings that make no sense; all are listed, and nothing has changed.</exception>
    /// <exception cref="EngineException">There is no such proxy, or it cannot work.</exception>
    Task ReloadAsync(Jid proxy, Config hocon, ProxyAccess? access = null, CancellationToken ct = default);

    /// <summary>No new pairs from now on; completes when those that run have ended by themselves. There is no way back.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Ends the wait, not the draining.</param>
    /// <exception cref="EngineException">There is no such proxy, or it cannot work.</exception>
    Task DrainAsync(Jid proxy, CancellationToken ct = default);
}
