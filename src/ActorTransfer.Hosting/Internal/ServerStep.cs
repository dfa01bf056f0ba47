using System.Globalization;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Resolution;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The step of a diagnosis that locates a client account's server.</summary>
internal static class ServerStep
{
    /// <summary>Looks the server up, as the account's connection does.</summary>
    public static async Task<DiagnosticStep> RunAsync(ClientAccount address, ConnectionSettings settings, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        if (address.SrvDomain is not { } domain)
        {
            return watch.Step("server", DiagnosticResult.Info, $"{string.Join(", ", address.EndPoints)}: no DNS lookup of SRV records");
        }

        var resolver = new DnsServerResolver(settings.NameServers, settings.ResolveTimeout);
        var search = await resolver.FindAsync(domain, address.TakesStartTls, address.TakesDirectTls, ct).ConfigureAwait(false);
        var what = $"servers of {domain}";
        var faults = search.Faults.Length > 0 ? $"; lookup failed: {search.Faults}" : "";
        var result = faults.Length > 0 ? DiagnosticResult.Warning : DiagnosticResult.Ok;
        return search.Choose(_ => 0) switch
        {
            ServerChoice.Unavailable unavailable => watch.Step(what, DiagnosticResult.Failed, unavailable.Reason),
            ServerChoice.EndPoints { AreRecords: true } => watch.Step(
                what, result, $"{string.Join(", ", search.Records.Select(found => Describe(found.Record, found.DirectTls)))}{faults}"),
            ServerChoice.EndPoints { InOrder: var fallback } => watch.Step(
                what, result, $"no SRV records; the domain itself: {string.Join(", ", fallback)}{faults}"),
            var other => throw new InvalidOperationException($"Unexpected result of a lookup: {other.GetType()}."),
        };
    }

    private static string Describe(SrvRecord record, bool directTls) => string.Create(
        CultureInfo.InvariantCulture, $"{record.EndPoint(directTls)} (priority {record.Priority}, weight {record.Weight})");
}
