using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The own addresses that would be offered for direct connections, and the reasons against the others.</summary>
internal sealed class DirectDiagnosis(IActorRef streamHost, AddressPolicy policy, MethodFindings findings)
{
    public async Task<ImmutableArray<DiagnosticStep>> RunAsync(Jid? to, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        if (streamHost.IsNobody())
        {
            findings.Exclude("direct: this side does not listen (stream-host.enabled)");
            return [watch.Step("direct", DiagnosticResult.Info, "this side does not listen for direct transfers (stream-host.enabled)")];
        }

        var all = await OwnAsync(null, ct).ConfigureAwait(false);
        var offered = await OwnAsync(to, ct).ConfigureAwait(false);
        foreach (var at in offered)
        {
            findings.AddDirect($"{at.Host} port {at.Port}");
        }

        var steps = ImmutableArray.CreateBuilder<DiagnosticStep>();
        steps.AddRange(all.Select(at => offered.Contains(at)
            ? watch.Step("direct address", DiagnosticResult.Ok, $"{at.Host} port {at.Port}: would be offered")
            : watch.Step("direct address", DiagnosticResult.Info, $"{at.Host} port {at.Port}: not offered to {to} (stream-host.offer-to)")));
        steps.AddRange((await LocalAddresses.Machine.GetAsync().WaitAsync(ct).ConfigureAwait(false))
            .Select(own => own.Address)
            .Where(own => !policy.Allows(own))
            .Select(own => watch.Step("direct address", DiagnosticResult.Info, $"{own}: not offered: the address policy does not allow it (addresses.allow)")));
        if (offered.IsEmpty)
        {
            var reason = all.IsEmpty
                ? "no own address may be offered (addresses.allow, stream-host.external)"
                : $"own addresses are not offered to {to} (stream-host.offer-to)";
            findings.Exclude($"direct: {reason}");
            steps.Add(watch.Step("direct", DiagnosticResult.Warning, reason));
        }

        return steps.ToImmutable();
    }

    private async Task<ImmutableArray<DnsEndPoint>> OwnAsync(Jid? to, CancellationToken ct) =>
        (await streamHost.Ask<DirectStreamHost.Addresses>(new DirectStreamHost.GetAddresses(to), Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).EndPoints;
}
