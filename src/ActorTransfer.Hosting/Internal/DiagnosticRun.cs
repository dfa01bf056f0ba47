using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Diagnostics;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Hosting.Internal;

/// <summary>One diagnosis of a logged-in account. Collects what the conclusion is drawn from.</summary>
internal sealed class DiagnosticRun(Engine.Parts parts, IActorRef connection, Jid self, EngineSettings settings, IMaterializer materializer)
{
    /// <summary>The step that file transfers do not need.</summary>
    private const string Echo = "echo";

    private readonly List<string> _direct = [];
    private readonly List<(string Name, TimeSpan Took)> _proxies = [];
    private readonly List<string> _closed = [];
    private bool _peerTakesFiles = true;

    /// <summary>Everything after the login.</summary>
    public async IAsyncEnumerable<DiagnosticStep> RunAsync(Jid server, Jid? to, [EnumeratorCancellation] CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var items = await AskAsync(server, DiscoItems.Query(), ct).ConfigureAwait(false);
        ImmutableArray<DiscoItem> services = items is Answer.Result { Payload: { } list }
            ? [.. DiscoItems.Read(list).Items.Where(item => item.Node is null).DistinctBy(item => item.Jid).Take(ProxyDiscovery.MaxItems)]
            : [];
        yield return items is Answer.Result
            ? watch.Step($"services of {server}", DiagnosticResult.Ok, services.IsEmpty ? "none" : string.Join(", ", services.Select(item => item.Jid)))
            : watch.Step($"services of {server}", DiagnosticResult.Failed, items.Describe());

        var infos = await Task.WhenAll(services.Select(item => InfoAsync(item.Jid, ct))).ConfigureAwait(false);
        foreach (var (step, _) in infos)
        {
            yield return step;
        }

        ImmutableArray<Jid> proxies = [.. settings.Discovery.Proxies.Concat(services.Zip(infos).Where(pair => pair.Second.IsProxy).Select(pair => pair.First.Jid)).Distinct()];
        if (proxies.IsEmpty)
        {
            _closed.Add("proxy: the server lists none and none is configured (discovery.proxies)");
        }

        foreach (var proxy in proxies)
        {
            await foreach (var step in ProxyAsync(proxy, to, ct).ConfigureAwait(false))
            {
                yield return step;
            }
        }

        foreach (var step in await DirectAsync(to, ct).ConfigureAwait(false))
        {
            yield return step;
        }

        if (to is not null)
        {
            yield return await PeerAsync(to, ct).ConfigureAwait(false);
        }

        yield return Conclusion();
    }

    private async Task<(DiagnosticStep Step, bool IsProxy)> InfoAsync(Jid service, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var answer = await AskAsync(service, DiscoInfo.Query(), ct).ConfigureAwait(false);
        if (answer is not Answer.Result { Payload: { } payload })
        {
            return (watch.Step($"service {service}", DiagnosticResult.Warning, $"did not return its identity: {answer.Describe()}"), false);
        }

        var info = DiscoInfo.Read(payload);
        var kinds = string.Join(", ", info.Identities.Select(identity => $"{identity.Category}/{identity.Type}"));
        return (watch.Step($"service {service}", DiagnosticResult.Info, kinds.Length > 0 ? kinds : "no identity"), info.IsBytestreamsProxy);
    }

    private async IAsyncEnumerable<DiagnosticStep> ProxyAsync(Jid proxy, Jid? to, [EnumeratorCancellation] CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var answer = await AskAsync(proxy, ProxyAddress.Query(), ct).ConfigureAwait(false);
        var hosts = answer is Answer.Result result ? ProxyAddress.Read(result.Payload) : [];
        if (hosts.Count == 0)
        {
            var why = answer is Answer.Result ? "returned no address" : answer.Describe();
            _closed.Add($"proxy {proxy}: {why}");
            yield return watch.Step($"proxy {proxy}: address", DiagnosticResult.Failed, why);
            yield break;
        }

        yield return watch.Step($"proxy {proxy}: address", DiagnosticResult.Ok, string.Join(", ", hosts.Select(At)));
        var probe = new ProxyProbe(parts.Connector, connection, self, settings.Initiator.Connect, materializer);
        foreach (var host in hosts.Take(settings.Discovery.MaxHosts))
        {
            var (took, whole) = (TimeSpan.Zero, true);
            await foreach (var step in probe.RunAsync(host, ct).ConfigureAwait(false))
            {
                took += step.Took;
                whole &= step.Fault is null || step.What == Echo;
                yield return ProbeStep(proxy, host, to, step);
            }

            if (whole)
            {
                _proxies.Add(($"{proxy} ({At(host)})", took));
            }
        }
    }

    private DiagnosticStep ProbeStep(Jid proxy, StreamHost host, Jid? to, ProbeStep step)
    {
        if (step.IsRefusal)
        {
            step = step with { Fault = step.Fault + OpenfireHint(to) };
        }

        if (step.Fault is not null && step.What != Echo)
        {
            _closed.Add($"proxy {proxy} at {At(host)}: {step.What} failed: {step.Fault}");
        }

        return new DiagnosticStep(
            $"proxy {proxy}: {step.What}",
            step.Fault is null ? DiagnosticResult.Ok : step.What == Echo ? DiagnosticResult.Warning : DiagnosticResult.Failed,
            step.Fault is null ? At(host) : $"{At(host)}: {step.Fault}",
            step.Took);
    }

    /// <summary>Openfire's proxy computes the hash from its own spelling of addresses, in which a missing node is the text null.</summary>
    private string OpenfireHint(Jid? to) => (self, to) switch
    {
        ({ Local: null }, _) => $" (Hint: this side sends as {self}, which has no node. Openfire's proxy may refuse such addresses; "
            + $"send as user@{self.Domain}/resource, see docs/samples/openfire.md.)",
        (_, { Local: null }) => $" (Hint: {to} has no node. Openfire's proxy may refuse such addresses; "
            + $"send to user@{to.Domain}/resource, see docs/samples/openfire.md.)",
        _ => "",
    };

    private async Task<ImmutableArray<DiagnosticStep>> DirectAsync(Jid? to, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        if (parts.StreamHost.IsNobody())
        {
            _closed.Add("direct: this side does not listen (stream-host.enabled)");
            return [watch.Step("direct", DiagnosticResult.Info, "this side does not listen for direct transfers (stream-host.enabled)")];
        }

        var all = await OwnAsync(null, ct).ConfigureAwait(false);
        var offered = await OwnAsync(to, ct).ConfigureAwait(false);
        _direct.AddRange(offered.Select(at => $"{at.Host} port {at.Port}"));
        var steps = ImmutableArray.CreateBuilder<DiagnosticStep>();
        steps.AddRange(all.Select(at => offered.Contains(at)
            ? watch.Step("direct address", DiagnosticResult.Ok, $"{at.Host} port {at.Port}: would be offered")
            : watch.Step("direct address", DiagnosticResult.Info, $"{at.Host} port {at.Port}: not offered to {to} (stream-host.offer-to)")));
        steps.AddRange((await LocalAddresses.Machine.GetAsync().WaitAsync(ct).ConfigureAwait(false))
            .Select(own => own.Address)
            .Where(own => !settings.Addresses.Allows(own))
            .Select(own => watch.Step("direct address", DiagnosticResult.Info, $"{own}: not offered: the address policy does not allow it (addresses.allow)")));
        if (offered.IsEmpty)
        {
            var why = all.IsEmpty ? "no own address may be offered (addresses.allow, stream-host.external)" : $"own addresses are not offered to {to} (stream-host.offer-to)";
            _closed.Add($"direct: {why}");
            steps.Add(watch.Step("direct", DiagnosticResult.Warning, why));
        }

        return steps.ToImmutable();
    }

    private async Task<ImmutableArray<System.Net.DnsEndPoint>> OwnAsync(Jid? to, CancellationToken ct) =>
        (await parts.StreamHost.Ask<DirectStreamHost.Addresses>(new DirectStreamHost.GetAddresses(to), Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).EndPoints;

    /// <summary>Features are only a hint: some clients advertise less than they support.</summary>
    private async Task<DiagnosticStep> PeerAsync(Jid to, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var answer = await AskAsync(to, DiscoInfo.Query(), ct).ConfigureAwait(false);
        if (answer is not Answer.Result { Payload: { } payload })
        {
            _peerTakesFiles = false;
            _closed.Add($"{to} did not respond: {answer.Describe()}");
            return watch.Step($"peer {to}", DiagnosticResult.Failed, $"did not respond: {answer.Describe()}");
        }

        var info = DiscoInfo.Read(payload);
        (string Name, string Feature)[] known =
        [
            ("stream initiation", Namespaces.StreamInitiation),
            ("file transfer", Namespaces.FileTransferProfile),
            ("SOCKS5 bytestreams", Namespaces.Bytestreams),
            ("in-band bytestreams", Namespaces.Ibb),
        ];
        var has = known.Where(entry => info.Supports(entry.Feature)).Select(entry => entry.Name).ToList();
        var lacks = known.Where(entry => !info.Supports(entry.Feature)).Select(entry => entry.Name).ToList();
        var detail = $"supports {(has.Count > 0 ? string.Join(", ", has) : "no file transfer")}" + (lacks.Count > 0 ? $"; does not advertise {string.Join(", ", lacks)}" : "");
        var result = info.Supports(Namespaces.StreamInitiation) || info.Supports(Namespaces.FileTransferProfile)
            ? lacks.Count == 0 ? DiagnosticResult.Ok : DiagnosticResult.Info
            : DiagnosticResult.Warning;
        return watch.Step($"peer {to}", result, detail);
    }

    private DiagnosticStep Conclusion()
    {
        var methods = new List<string>();
        if (_direct.Count > 0)
        {
            methods.Add($"direct (the peer connects to {string.Join(" or ", _direct)})");
        }

        if (_proxies.Count > 0)
        {
            methods.Add("the proxy " + string.Join(" or ", _proxies.OrderBy(proxy => proxy.Took).Select(proxy => proxy.Name)));
        }

        methods.Add("in-band through the server");
        var closed = _closed.Count > 0 ? ". Not available: " + string.Join("; ", _closed) : "";
        var result = !_peerTakesFiles ? DiagnosticResult.Failed : methods.Count > 1 ? DiagnosticResult.Ok : DiagnosticResult.Warning;
        return StepWatch.Start().Step("conclusion", result, $"A transfer would try {string.Join(", then ", methods)}{closed}");
    }

    private async Task<Answer> AskAsync(Jid to, XmlElement payload, CancellationToken ct)
    {
        var request = new Connection.Ask(IqType.Get, self, to, payload, settings.Discovery.RequestTimeout, to);
        return (await connection.Ask<Connection.Answered>(request, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).Answer;
    }

    private static string At(StreamHost host) => $"{host.Host} port {host.Port}";
}
