using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>
/// This project's proxy by the script that its users run, as a component of a server that this process simulates. All its users have one address here, and
/// there is no log line for each end; the rest is default.
/// </summary>
internal static class ProxyProcess
{
    public const string Component = "proxy.localhost";

    public const string Secret = "sesame";

    /// <summary>Builds it in advance, so that no measured start does.</summary>
    public static Task BuildAsync(CancellationToken cancel) => CandidateKinds.BuildAsync($"'{Script}' --version", cancel);

    /// <param name="server">Component port of the server.</param>
    /// <param name="more">Further options.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The process, and the port that it listens on.</returns>
    public static async Task<(ChildProcess Process, string Port)> StartAsync(string server, IEnumerable<string> more, CancellationToken cancel)
    {
        string folder = Directory.CreateDirectory(Repository.Path("artifacts/load")).FullName;
        (string secret, string config) = (Path.Combine(folder, "secret"), Path.Combine(folder, "proxy.conf"));
        await File.WriteAllTextAsync(secret, Secret, cancel);
        var others = Environment.GetEnvironmentVariable("LOAD_HOCON");
        await File.WriteAllTextAsync(config, $"actor-transfer.proxy {{ max-pending-per-address = 0, audit = off }}\n{others}", cancel);
        return await CandidateKinds.StartThereAsync(
            Repository.Path("benchmarks/baselines/tied.sh"),
            [
                Script, "proxy", "--component", Component, "--server", server, "--secret-file", secret,
                "--listen", $"{Site.Current.Proxy}:0", "--allow", ActivationLink.Domain, "--config", config, "--json", .. more,
            ],
            CandidateKinds.ReadyEvent,
            cancel);
    }

    private static string Script => Repository.Path("actor-transfer");
}
