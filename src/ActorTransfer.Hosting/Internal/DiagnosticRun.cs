using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Diagnostics;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Hosting.Internal;

/// <summary>One diagnosis of a logged-in account: the services of its server, proxies, direct addresses and the peer.</summary>
internal sealed class DiagnosticRun(
    Engine.Parts parts, IActorRef connection, Jid self, EngineSettings settings, IMaterializer materializer, MethodFindings findings)
{
    /// <summary>The step that file transfers do not need.</summary>
    private const string Echo = "echo";

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

        var found = services.Zip(infos).Where(pair => pair.Second.IsProxy).Select(pair => pair.First.Jid);
        ImmutableArray<Jid> proxies = [.. settings.Discovery.Proxies.Concat(found).Distinct()];
        if (proxies.IsEmpty)
        {
            findings.Exclude("proxy: the server lists none and none is configured (discovery.proxies)");
        }

        foreach (var proxy in proxies)
        {
            await foreach (var step in ProxyAsync(proxy, to, ct).ConfigureAwait(false))
            {
                yield return step;
            }
        }

        var direct = new DirectDiagnosis(parts.StreamHost, settings.Addresses, findings);
        foreach (var step in await direct.RunAsync(to, ct).ConfigureAwait(false))
        {
            yield return step;
        }

        if (to is not null)
        {
            yield return await PeerAsync(to, ct).ConfigureAwait(false);
        }

        yield return findings.Conclusion();
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
            var reason = answer is Answer.Result ? "returned no address" : answer.Describe();
            findings.Exclude($"proxy {proxy}: {reason}");
            yield return watch.Step($"proxy {proxy}: address", DiagnosticResult.Failed, reason);
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
                findings.AddProxy($"{proxy} ({At(host)})", took);
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
            findings.Exclude($"proxy {proxy} at {At(host)}: {step.What} failed: {step.Fault}");
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

    /// <summary>Features are only a hint: some clients advertise less than they support.</summary>
    private async Task<DiagnosticStep> PeerAsync(Jid to, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var answer = await AskAsync(to, DiscoInfo.Query(), ct).ConfigureAwait(false);
        if (answer is not Answer.Result { Payload: { } payload })
        {
            findings.ExcludePeer($"{to} did not respond: {answer.Describe()}");
            return watch.Step($"peer {to}", DiagnosticResult.Failed, $"did not respond: {answer.Describe()}");
        }

        var info = DiscoInfo.Read(payload);
        var features = PeerFeatures.Of(info, []);
        var wanted = settings.Initiator.Signalling;
        var signalling = wanted == Signalling.Auto ? SignallingChoice.Of(features, StreamMethods.All) : wanted;
        findings.Offer(signalling, wanted != Signalling.Auto ? "initiator.signalling"
            : features.Takes(signalling) ? "the peer advertises it" : "the peer does not advertise any other");
        (string Name, string Feature)[] initiation =
        [
            ("stream initiation", Namespaces.StreamInitiation),
            ("file transfer", Namespaces.FileTransferProfile),
            ("SOCKS5 bytestreams", Namespaces.Bytestreams),
            ("in-band bytestreams", Namespaces.Ibb),
        ];
        (string Name, string Feature)[] jingle =
        [
            ("Jingle file transfer", Namespaces.JingleFileTransfer),
            ("Jingle SOCKS5 bytestreams", Namespaces.JingleBytestreams),
            ("Jingle in-band bytestreams", Namespaces.JingleIbb),
        ];
        var has = initiation.Concat(jingle).Where(entry => info.Supports(entry.Feature)).Select(entry => entry.Name).ToList();
        var needed = signalling == Signalling.Jingle ? jingle : initiation;
        var lacks = needed.Where(entry => !info.Supports(entry.Feature)).Select(entry => entry.Name).ToList();
        var detail = $"supports {(has.Count > 0 ? string.Join(", ", has) : "no file transfer")}"
            + (lacks.Count > 0 ? $"; does not advertise {string.Join(", ", lacks)}" : "");
        var result = !features.Takes(signalling) ? DiagnosticResult.Warning : lacks.Count == 0 ? DiagnosticResult.Ok : DiagnosticResult.Info;
        return watch.Step($"peer {to}", result, detail);
    }

    private async Task<Answer> AskAsync(Jid to, XmlElement payload, CancellationToken ct)
    {
        var request = new Connection.Ask(IqType.Get, self, to, payload, settings.Discovery.RequestTimeout, to);
        return (await connection.Ask<Connection.Answered>(request, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).Answer;
    }

    private static string At(StreamHost host) => $"{host.Host} port {host.Port}";
}
