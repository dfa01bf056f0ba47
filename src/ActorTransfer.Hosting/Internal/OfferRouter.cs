using System.Collections.Concurrent;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Passes offers to the application: first to its policy, if there is one, then to the readers. The engine's limits of pending offers bound what waits here.
/// </summary>
/// <param name="engine">Settings and default folder; ends the transfers if it ends first.</param>
/// <param name="policies">The application's policies.</param>
#pragma warning disable CA1001 // a semaphore without a wait handle holds nothing, and calls of the policy may return after the application has stopped
internal sealed class OfferRouter(EngineInstance engine, Policies policies)
#pragma warning restore CA1001
{
    private readonly TargetSettings _settings = engine.Settings.Target;
    private readonly OfferQueue _unread = new();
    private readonly ConcurrentDictionary<TransferId, CancellationTokenSource> _undecided = [];
    private readonly SemaphoreSlim _calls = new(engine.Settings.Target.MaxPolicyCalls);
    private int _subscribed;

    /// <summary>Without a policy, offers wait in the engine for the first reader.</summary>
    public bool HasPolicy => policies.Offers is not null;

    /// <summary>Offers arrive from now on. Only the first call has an effect.</summary>
    public void Subscribe(ActorSystem system, IActorRef gateway)
    {
        if (Interlocked.Exchange(ref _subscribed, 1) == 0)
        {
            var log = new PrintableLog(Akka.Event.Logging.GetLogger(system, typeof(OfferRouter)));
            gateway.Tell(new TransferGateway.ReadOffers(
                (offered, transfers) => Add(
                    new OfferHandle(offered, system, transfers, engine.Lifetime, policies.Destinations, engine.Options.DownloadFolder), log),
                Remove));
        }
    }

    public IAsyncEnumerable<IIncomingOffer> ReadAllAsync(CancellationToken ct) => _unread.ReadAllAsync(ct);

    private void Add(OfferHandle offer, ILoggingAdapter log)
    {
        if (policies.Offers is not { } policy)
        {
            _unread.Add(offer);
            return;
        }

        var ended = new CancellationTokenSource();
        _undecided[offer.Id] = ended;
        _ = RouteAsync(offer, policy, log, ended);
    }

    /// <summary>The offer has ended: it needs no decision.</summary>
    private void Remove(TransferId id)
    {
        if (_undecided.TryRemove(id, out var ended))
        {
            ended.Cancel();
        }

        _unread.Remove(id);
    }

    private async Task RouteAsync(OfferHandle offer, IOfferPolicy policy, ILoggingAdapter log, CancellationTokenSource ended)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not on the gateway's thread
        try
        {
            await ApplyAsync(offer, policy, await DecideAsync(offer, policy, log, ended.Token).ConfigureAwait(false), ended.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // code of the application, which may throw anything; the peer must get a response
        catch (Exception exception) when (!ended.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.Write(exception, HostingLog.DecisionFailed, offer.Id, policy.GetType().Name);
            offer.DeclineForNow();
        }
        catch (Exception)
        {
            // The offer has ended.
        }
        finally
        {
            _undecided.TryRemove(offer.Id, out _);
        }
    }

    /// <summary>The policy's decision in time, or a temporary refusal.</summary>
    private async Task<OfferDecision> DecideAsync(OfferHandle offer, IOfferPolicy policy, ILoggingAdapter log, CancellationToken ended)
    {
        using var timeout = new CancellationTokenSource(_settings.PolicyTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended);
        try
        {
            await _calls.WaitAsync(either.Token).ConfigureAwait(false);
            var call = CallAsync(offer, policy, either.Token);
            try
            {
                return await call.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                _ = ReleaseAsync(call);
                throw;
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            log.Write(HostingLog.DecisionTimedOut, offer.Id, policy.GetType().Name, _settings.PolicyTimeout);
            return new OfferDecision.Decline { IsTemporary = true };
        }
    }

    /// <summary>A call that ignores its token keeps its slot until it returns, so that the calls at a time stay bounded.</summary>
    private async Task<OfferDecision> CallAsync(OfferHandle offer, IOfferPolicy policy, CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // it may block
        try
        {
            return await policy.DecideAsync(offer.Description, ct).ConfigureAwait(false) switch
            {
                OfferDecision.Accept { Destination: null } accept =>
                    accept with { Destination = await offer.ChooseAsync(null, null, ct).ConfigureAwait(false) },
                null => throw new InvalidOperationException("It returned null."),
                var decision => decision,
            };
        }
        finally
        {
            _calls.Release();
        }
    }

    /// <summary>A decision that comes too late.</summary>
    private static async Task ReleaseAsync(Task<OfferDecision> call)
    {
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (call.IsCompletedSuccessfully && await call.ConfigureAwait(false) is OfferDecision.Accept { Destination: IDisposable owned })
        {
            owned.Dispose();
        }
    }

    private async Task ApplyAsync(OfferHandle offer, IOfferPolicy policy, OfferDecision decision, CancellationToken ended)
    {
        switch (decision)
        {
            case OfferDecision.Accept accept:
                policy.Accepted(await offer.AcceptAsync(accept.Destination!, accept.Terms, CancellationToken.None).ConfigureAwait(false));
                break;
            case OfferDecision.Decline { IsTemporary: true } decline:
                offer.DeclineForNow(decline.Reason);
                break;
            case OfferDecision.Decline decline:
                await offer.RejectAsync(decline.Reason, ended).ConfigureAwait(false);
                break;
            default:
                Leave(offer, ended);
                break;
        }
    }

    private void Leave(OfferHandle offer, CancellationToken ended)
    {
        _unread.Add(offer);
        if (ended.IsCancellationRequested)
        {
            _unread.Remove(offer.Id); // it ended before it was there
        }
    }
}
