using System.Globalization;
using ActorTransfer.Actors;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Transports.Files;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Whether the engine can take new transfers, see <see cref="ActorTransferHealthChecks.AddActorTransfer"/>.</summary>
/// <param name="instance">The engine, and its folder of received files.</param>
/// <param name="timeout">How long an actor may take.</param>
internal sealed class ReadyCheck(EngineInstance instance, TimeSpan timeout) : IHealthCheck
{
    private readonly EngineLifetime _engine = instance.Lifetime;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var faults = new SortedDictionary<string, object>(StringComparer.Ordinal);
        bool mayServe;
        try
        {
            mayServe = await CheckAsync(faults, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AskTimeoutException or TimeoutException)
        {
            mayServe = false;
            faults[HealthData.Engine] = $"does not respond within {timeout}";
        }

        return faults.Count == 0
            ? HealthCheckResult.Healthy("Ready for transfers.")
            : new HealthCheckResult(
                mayServe ? HealthStatus.Degraded : context.Registration.FailureStatus,
                string.Join("; ", faults.Select(fault => $"{fault.Key}: {fault.Value}")),
                data: faults);
    }

    /// <summary>Collects what is wrong. False: no transfer is possible.</summary>
    private async Task<bool> CheckAsync(SortedDictionary<string, object> faults, CancellationToken ct)
    {
        if (_engine.Ended.IsCompleted)
        {
            faults.Add(HealthData.Engine, (await _engine.Ended.ConfigureAwait(false)).Reason);
            return false;
        }

        var actor = await _engine.GatewayAsync(ct).WaitAsync(timeout, ct).ConfigureAwait(false);
        var health = await actor.Ask<TransferGateway.Health>(new TransferGateway.GetHealth(), timeout, ct).ConfigureAwait(false);
        foreach (var (name, reason) in health.Faults)
        {
            faults.Add(name, reason);
        }

        if (faults.ContainsKey(HealthData.Engine))
        {
            return false;
        }

        var parts = _engine.Current!;
        await CheckListenerAsync(parts, faults, ct).ConfigureAwait(false);
        var transfers = await parts.Transfers.Ask<Transfer.Status>(new Transfer.GetStatus(), timeout, ct).ConfigureAwait(false);
        CheckDisk(faults, transfers.DiskReserve);
        if (transfers.IsDraining)
        {
            faults.Add(HealthData.Transfers, "draining: no new ones are allowed");
        }

        return IsMember(faults) && !transfers.IsDraining && (health.AccountsUp > 0 || (parts.Connections.IsEmpty && health.Faults.IsEmpty));
    }

    private bool IsMember(SortedDictionary<string, object> faults)
    {
        if (instance.Cluster is { } cluster && (cluster.Absence ?? cluster.Unreachable) is { } fault)
        {
            faults.Add(HealthData.Cluster, fault);
            return cluster.Absence is null;
        }

        return true;
    }

    private void CheckDisk(SortedDictionary<string, object> faults, long reserve)
    {
        if (reserve > 0 && instance.Options.DownloadFolder is { } folder && FolderFacts.FreeBytes(folder) is { } free && free < reserve)
        {
            faults.Add(HealthData.Disk, string.Create(CultureInfo.InvariantCulture, $"{free} bytes are free, less than files.disk-reserve = {reserve}"));
        }
    }

    private async Task CheckListenerAsync(Engine.Parts parts, SortedDictionary<string, object> faults, CancellationToken ct)
    {
        if (!parts.StreamHost.IsNobody()
            && (await parts.StreamHost.Ask<DirectStreamHost.Listener>(new DirectStreamHost.GetListener(), timeout, ct).ConfigureAwait(false)).EndPoint is null)
        {
            faults.Add(HealthData.StreamHost, "cannot listen; direct transfers are not available (stream-host.bind, stream-host.port)");
        }
    }
}
