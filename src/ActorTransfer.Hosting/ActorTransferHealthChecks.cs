using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTransfer;

/// <summary>Adds the engine to the application's health checks.</summary>
public static class ActorTransferHealthChecks
{
    /// <summary>Tag, and end of the name, of the check whose failure means that the process should be restarted.</summary>
    public const string Live = "live";

    /// <summary>Tag, and end of the name, of the check whose failure means that no new transfers should be sent to this process.</summary>
    public const string Ready = "ready";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds two checks. <c>actor-transfer-live</c> (tag <c>live</c>): the engine runs and each of its actors responds in time; otherwise it is unhealthy.
    /// <c>actor-transfer-ready</c> (tag <c>ready</c>): each account and proxy is connected, each listener is bound, and the disk of
    /// <see cref="ActorTransferOptions.DownloadTo"/> has more free space than its reserve (<c>files.disk-reserve</c>). It is unhealthy when no new transfer is
    /// possible: the engine has not started, has stopped or is draining, or no account is connected. It is degraded when some are not possible: an account or
    /// a proxy is not connected, direct transfers have no listener, or offers are refused because of the disk. In a cluster it is also unhealthy when this node
    /// is not a member, and degraded when another one cannot be reached. The data has an entry for each thing that is wrong, such as
    /// <c>account files@example.org</c>, with the reason.
    /// </summary>
    /// <param name="builder">Result of <c>AddHealthChecks()</c>.</param>
    /// <param name="timeout">How long an actor may take to respond; null = 5 s.</param>
    /// <param name="engine">Name of the engine; null = the default one. The checks of another engine are named after it: <c>{engine}-live</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is zero or negative.</exception>
    public static IHealthChecksBuilder AddActorTransfer(this IHealthChecksBuilder builder, TimeSpan? timeout = null, string? engine = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = engine ?? Engine.Name;
        var within = timeout ?? s_timeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero, nameof(timeout));
        return builder
            .Add(new HealthCheckRegistration(
                $"{name}-{Live}", provider => new LiveCheck(Of(provider, name).Lifetime, within), failureStatus: null, [Live]))
            .Add(new HealthCheckRegistration(
                $"{name}-{Ready}", provider => new ReadyCheck(Of(provider, name), within), failureStatus: null, [Ready]));
    }

    private static EngineInstance Of(IServiceProvider services, string engine) => EngineTable.Find(services.GetRequiredService<ActorSystem>(), engine);
}
