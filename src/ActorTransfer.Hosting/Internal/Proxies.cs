using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IProxies"/>: finds each proxy at the <see cref="TransferGateway"/> and sends it the request.</summary>
internal sealed class Proxies(ActorSystem system, EngineLifetime engine) : IProxies
{
    /// <summary>A proxy responds at once unless the machine is overloaded.</summary>
    private static readonly TimeSpan s_statusTimeout = TimeSpan.FromSeconds(10);

    private readonly AccountStatuses _statuses = new(system, engine);

    public async Task<BytestreamsProxy.Status> StatusAsync(Jid proxy, CancellationToken ct = default) =>
        await StatusAsync(await FindAsync(proxy, ct).ConfigureAwait(false), proxy, ct).ConfigureAwait(false);

    public IAsyncEnumerable<AccountStatus> WatchAsync(Jid proxy, CancellationToken ct = default) =>
        _statuses.WatchAsync($"proxy {proxy}", parts => parts.ProxyConnections.GetValueOrDefault(proxy), ct);

    public Task<AccountStatus> ReconnectAsync(Jid proxy, CancellationToken ct = default) =>
        _statuses.ReconnectAsync($"proxy {proxy}", parts => parts.ProxyConnections.GetValueOrDefault(proxy), ct);

    public async Task ReloadAsync(Jid proxy, Config hocon, ProxyAccess? access = null, CancellationToken ct = default)
    {
        var settings = EngineSettings.Read(hocon).Proxy;
        var actor = await FindAsync(proxy, ct).ConfigureAwait(false);
        actor.Tell(new BytestreamsProxy.Reload(settings, access));
        // The reply follows the execution of the command.
        await StatusAsync(actor, proxy, ct).ConfigureAwait(false);
    }

    public async Task DrainAsync(Jid proxy, CancellationToken ct = default)
    {
        var actor = await FindAsync(proxy, ct).ConfigureAwait(false);
        await actor.Ask<BytestreamsProxy.Drained>(new BytestreamsProxy.Drain(), Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
    }

    private static async Task<BytestreamsProxy.Status> StatusAsync(IActorRef actor, Jid proxy, CancellationToken ct)
    {
        try
        {
            return await actor.Ask<BytestreamsProxy.Status>(new BytestreamsProxy.GetStatus(), s_statusTimeout, ct).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new EngineException($"The proxy {proxy} does not respond.", forGood: false);
        }
    }

    private async Task<IActorRef> FindAsync(Jid proxy, CancellationToken ct)
    {
        var found = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        (await engine.GatewayAsync(ct).ConfigureAwait(false)).Tell(new TransferGateway.FindProxy(proxy, found));
        return await found.Task.WaitAsync(ct).ConfigureAwait(false);
    }
}
