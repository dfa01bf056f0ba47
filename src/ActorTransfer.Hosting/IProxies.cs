using Akka.Configuration;

namespace ActorTransfer;

/// <summary>
/// Monitors and controls the proxies added by <c>AddProxy</c>, each identified by its JID. Inject it after
/// <c>AddActorTransfer</c>; all members are thread-safe. Its figures are also metrics of the meter <c>ActorTransfer</c>.
/// </summary>
public interface IProxies
{
    /// <summary>Current state and totals of the proxy. The first call completes when the proxy listens.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="EngineException">
    /// There is no such proxy, or it cannot run, for example because it cannot listen. Not <see cref="EngineException.ForGood"/>: it does not respond now.
    /// </exception>
    Task<BytestreamsProxy.Status> StatusAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>
    /// The status of the proxy's component connection, now and on each change, until the application stops. The first status comes after the first attempt.
    /// Active pairs continue without the connection. A slow reader gets the latest status, not all.
    /// </summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EngineException">There is no such proxy, or the engine cannot run.</exception>
    IAsyncEnumerable<AccountStatus> WatchAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>Connects the proxy's component link now; see <see cref="IAccounts.ReconnectAsync"/>.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Cancels the wait only; the attempt continues.</param>
    /// <returns>The result of the attempt.</returns>
    /// <exception cref="EngineException">There is no such proxy, or the engine cannot run.</exception>
    Task<AccountStatus> ReconnectAsync(Jid proxy, CancellationToken ct = default);

    /// <summary>Applies other limits, rates and users to new pairs; rates also to active pairs. Completes when that is done.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="hocon">The section <c>actor-transfer.proxy</c>. Missing keys get the values of <c>hocon/reference.conf</c>, not the previous ones.</param>
    /// <param name="access">
    /// Who may use it; null = as in <c>AddProxy</c>, and if it was null there, <c>proxy.allow</c> of <paramref name="hocon"/>.
    /// </param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="ConfigurationException">Invalid settings; all are listed, and nothing has changed.</exception>
    /// <exception cref="EngineException">There is no such proxy, or it cannot run.</exception>
    Task ReloadAsync(Jid proxy, Config hocon, ProxyAccess? access = null, CancellationToken ct = default);

    /// <summary>Refuses new pairs; completes when the active ones have ended. Cannot be undone.</summary>
    /// <param name="proxy">Its JID.</param>
    /// <param name="ct">Cancels the wait, not the draining.</param>
    /// <exception cref="EngineException">There is no such proxy, or it cannot run.</exception>
    Task DrainAsync(Jid proxy, CancellationToken ct = default);
}
