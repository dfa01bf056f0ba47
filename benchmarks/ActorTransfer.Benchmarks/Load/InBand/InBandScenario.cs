using System.Globalization;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Scenarios;

namespace ActorTransfer.Benchmarks.Load.InBand;

/// <summary>One file in-band through Prosody, with this project's engine and with other libraries at both ends.</summary>
internal sealed class InBandScenario : ILoadScenario
{
    public string Name => "in-band";

    public string Summary => "one file in-band (XEP-0047) through Prosody without its limits: MB/s, next to gloox, QXmpp, slixmpp";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await CandidateKinds.BuildBaselinesAsync(cancel);
        var port = CandidateKinds.FreePort().ToString(CultureInfo.InvariantCulture);
        var folder = Repository.Path("artifacts/load", FormattableString.Invariant($"in-band-{Environment.ProcessId}"));
        var (server, _) = await CandidateKinds.StartThereAsync(
            Repository.Path("benchmarks/baselines/prosody-clients.sh"), [folder, port, Site.Current.Proxy.ToString()], CandidateKinds.Port, cancel);
        Environment.SetEnvironmentVariable(InBandPeer.CertificateVariable, Path.Combine(folder, "localhost.crt"));
        await using (server)
        {
            List<Rounds> all = [.. InBandKind.Chosen(options).Select(kind => new Rounds(kind))];
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var one in Scenarios.Rounds.Turned(all, round).Where(one => one.Fault is null))
                {
                    await one.MeasureAsync(server, port, folder, options, cancel);
                }
            }

            return [.. all.Select(one => one.Row(all[0]))];
        }
    }

    private sealed class Rounds(InBandKind kind)
    {
        private readonly List<InBandRun> _runs = [];

        public string? Fault { get; private set; }

        public async Task MeasureAsync(ChildProcess server, string port, string folder, LoadOptions options, CancellationToken cancel)
        {
            try
            {
                var run = await InBandRun.MeasureAsync(kind, server, port, folder, cancel);
                _runs.Add(run);
                options.Report(FormattableString.Invariant($"{kind.Name,-15} {run.Rate:0.000} MB/s, server {run.ServerBusy:0.00} of a core"));
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                Fault = exception.Message;
                options.Report($"{kind.Name} is left out: {Fault}");
            }
        }

        /// <param name="first">With whose rate each round is compared.</param>
        public LoadRow Row(Rounds first) => new LoadRow()
            .With("peers", kind.Name)
            .With("MB/s", TransfersCost.Median(_runs.Select(run => run.Rate)))
            .With("rounds MB/s", _runs.Select(run => run.Rate).ToArray())
            .With("first to this", TransfersCost.Median(first._runs.Zip(_runs, (mine, other) => mine.Rate / other.Rate)))
            .With("server cores", TransfersCost.Median(_runs.Select(run => run.ServerBusy)))
            .With("fault", Fault);
    }
}
