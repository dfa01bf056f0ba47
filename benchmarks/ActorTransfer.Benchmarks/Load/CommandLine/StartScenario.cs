using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Benchmarks.Load.Candidates;

namespace ActorTransfer.Benchmarks.Load.CommandLine;

/// <summary>The command line from start to exit: as <c>./actor-transfer</c> builds it and as a native executable.</summary>
internal sealed class StartScenario : ILoadScenario
{
    private const int SendsPerRound = 5;

    public string Name => "start";

    public string Summary => "send of 1 KiB through Prosody, from the start to the exit: ms, memory; ./actor-transfer and the native executable";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        var script = Repository.Path("actor-transfer");
        var native = Repository.Path("artifacts/native");
        await CandidateKinds.BuildAsync($"'{script}' --version", cancel);
        await CandidateKinds.BuildAsync($"dotnet publish '{Repository.Path("src/ActorTransfer.Cli")}' -p:Native=true -o '{native}' -v q", cancel);
        Measured[] all = [new("actor-transfer", script), new("native", Path.Combine(native, "actor-transfer"))];
        var port = CandidateKinds.FreePort().ToString(CultureInfo.InvariantCulture);
        var folder = Repository.Path("artifacts/load", FormattableString.Invariant($"start-{Environment.ProcessId}"));
        var (server, _) = await CandidateKinds.StartThereAsync(
            Repository.Path("benchmarks/baselines/prosody-clients.sh"), [folder, port], CandidateKinds.Port, cancel);
        await using (server)
        {
            Environment.SetEnvironmentVariable("ACTOR_TRANSFER_PASSWORD", "sesame");
            string[] login = ["--host", "127.0.0.1", "--port", port, "--tls", "off", "--allow-addresses", "loopback"];
            var (receiver, _) = await ChildProcess.StartAsync(
                script,
                ["receive", "--account", "receiver@localhost/load", "--into", Path.Combine(folder, "in"), "--json", .. login],
                line => line.Contains("\"ready\"", StringComparison.Ordinal) ? line : null,
                cancel);
            await using (receiver)
            {
                var file = Path.Combine(folder, "1.bin");
                await File.WriteAllBytesAsync(file, new byte[1024], cancel);
                string[] send = ["send", file, "--to", "receiver@localhost/load", "--account", "sender@localhost", .. login];
                for (var run = 0; run <= options.Rounds * SendsPerRound; run++)
                {
                    foreach (var one in Scenarios.Rounds.Turned([.. all], run + 1))
                    {
                        await one.MeasureAsync(send, folder, isWarmUp: run == 0, cancel);
                    }
                }
            }
        }

        return [.. all.Select(one => one.Row())];
    }

    private sealed class Measured(string name, string program)
    {
        private readonly List<Run> _sends = [];
        private readonly List<Run> _versions = [];

        public async Task MeasureAsync(string[] send, string folder, bool isWarmUp, CancellationToken cancel)
        {
            var version = await RunAsync(["--version"], folder, cancel);
            var sent = await RunAsync(send, folder, cancel);
            if (!isWarmUp)
            {
                _versions.Add(version);
                _sends.Add(sent);
            }
        }

        public LoadRow Row() => new LoadRow()
            .With("program", name)
            .With("send ms", TransfersCost.Median(_sends.Select(run => run.Milliseconds)))
            .With("max ms", _sends.Max(run => run.Milliseconds))
            .With("peak MiB", _sends.Max(run => run.PeakMiB))
            .With("version ms", TransfersCost.Median(_versions.Select(run => run.Milliseconds)))
            .With("sends", _sends.Count);

        /// <exception cref="IOException">GNU time is not installed, or the program failed.</exception>
        private async Task<Run> RunAsync(string[] arguments, string folder, CancellationToken cancel)
        {
            const string Time = "/usr/bin/time";
            if (!File.Exists(Time))
            {
                throw new IOException("GNU time is not installed (benchmarks/baselines/install.sh)");
            }

            var peak = Path.Combine(folder, "peak");
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(Time, ["-f", "%M", "-o", peak, program, .. arguments]) { RedirectStandardOutput = true })!;
            await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return process.ExitCode == 0
                ? new Run(took, double.Parse(await File.ReadAllTextAsync(peak, cancel), CultureInfo.InvariantCulture) / 1024)
                : throw new IOException($"{program} ended with exit code {process.ExitCode}");
        }
    }

    private sealed record Run(double Milliseconds, double PeakMiB);
}
