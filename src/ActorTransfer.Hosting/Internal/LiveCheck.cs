using ActorTransfer.Actors;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Whether the engine runs and its actors respond.</summary>
/// <param name="engine">The engine.</param>
/// <param name="timeout">How long an actor may take.</param>
internal sealed class LiveCheck(EngineLifetime engine, TimeSpan timeout) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (engine.Ended.IsCompleted)
        {
            return Failed(context, $"The engine does not run: {(await engine.Ended.ConfigureAwait(false)).Reason}");
        }

        try
        {
            var parts = await engine.RunningAsync(cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            var silent = await Task.WhenAll(Actors(parts).Select(actor => ProbeAsync(actor.Name, actor.Actor, cancellationToken))).ConfigureAwait(false);
            var faults = silent.OfType<string>().ToDictionary(name => name, object (_) => $"does not respond within {timeout}");
            return faults.Count == 0
                ? HealthCheckResult.Healthy("All actors respond.")
                : new HealthCheckResult(context.Registration.FailureStatus, "Some actors do not respond.", data: faults);
        }
        catch (TimeoutException)
        {
            return Failed(context, $"The engine has not started within {timeout}.");
        }
        catch (EngineException exception)
        {
            return Failed(context, $"The engine does not run: {exception.Message}");
        }
    }

    private static IEnumerable<(string Name, IActorRef Actor)> Actors(Engine.Parts parts) =>
    [
        (HealthData.Transfers, parts.Transfers),
        .. parts.StreamHost.IsNobody() ? [] : new[] { (HealthData.StreamHost, parts.StreamHost) },
        .. parts.Connections.Select(account => (HealthData.Account(account.Key), account.Value)),
        .. parts.Proxies.Select(proxy => (HealthData.Proxy(proxy.Key), proxy.Value)),
    ];

    /// <summary>The name of an actor that does not respond. Actors handle this message in its turn, by themselves.</summary>
    private async Task<string?> ProbeAsync(string name, IActorRef actor, CancellationToken ct)
    {
        try
        {
            return (await actor.Ask<ActorIdentity>(new Identify(name), timeout, ct).ConfigureAwait(false)).Subject is null ? name : null;
        }
        catch (AskTimeoutException)
        {
            return name;
        }
    }

    private static HealthCheckResult Failed(HealthCheckContext context, string description) => new(
        context.Registration.FailureStatus, description, data: new Dictionary<string, object> { [HealthData.Engine] = description });
}
