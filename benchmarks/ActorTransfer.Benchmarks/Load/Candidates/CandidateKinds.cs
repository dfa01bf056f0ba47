using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>All proxies that can be compared.</summary>
internal static class CandidateKinds
{
    private const string Secret = "sesame";
    private const string Proxy = "proxy.localhost";

    /// <summary>All of them, the product first.</summary>
    public static IReadOnlyList<CandidateKind> All { get; } =
    [
        new("actor-transfer", StartProductAsync),
        new("splice-c", cancel => StartBaselineAsync("splice-c", "splice", cancel)),
        new("readwrite-c", cancel => StartBaselineAsync("readwrite-c", "readwrite", cancel)),
    ];

    /// <summary>Starts what the command line names; what cannot be had is left out, with the reason told.</summary>
    public static async Task<List<Candidate>> StartAsync(LoadOptions options, CancellationToken cancel)
    {
        List<Candidate> running = [];
        foreach (CandidateKind kind in Chosen(options))
        {
            try
            {
                running.Add(await kind.StartAsync(cancel));
                options.Say($"{kind.Name} is ready after {running[^1].StartTime.TotalMilliseconds:0} ms");
            }
            catch (Exception exception) when (exception is IOException or SocketException or System.ComponentModel.Win32Exception)
            {
                options.Say($"{kind.Name} is left out: {exception.Message}");
            }
        }

        return running;
    }

    /// <summary>What the command line names, all if nothing.</summary>
    public static IEnumerable<CandidateKind> Chosen(LoadOptions options) => options.Against.Count == 0
        ? All
        : options.Against.Select(name => All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new FormatException($"There is no proxy '{name}'; there are {string.Join(", ", All.Select(kind => kind.Name))}."));

    private static async Task<Candidate> StartProductAsync(CancellationToken cancel)
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        Task<ActivationLink> linking = ActivationLink.AcceptAsync(server, Proxy, Secret, cancel);
        long start = Stopwatch.GetTimestamp();
        var (process, port) = await ChildProcess.StartAsync(
            Environment.ProcessPath!,
            [.. OwnProgram(), "serve-proxy", Proxy, server.LocalEndPoint!.ToString()!, Secret],
            Port,
            cancel);
        return await TiedAsync("actor-transfer", process, port, linking, start);
    }

    private static async Task<Candidate> StartBaselineAsync(string name, string program, CancellationToken cancel)
    {
        var (build, _) = await ChildProcess.StartAsync("/bin/bash", ["-c", $"'{Repository.Path("benchmarks/baselines/build.sh")}' && echo built && read -r"], line => line == "built" ? line : null, cancel);
        await build.DisposeAsync();
        long start = Stopwatch.GetTimestamp();
        var (process, port) = await ChildProcess.StartAsync(Repository.Path("artifacts/baselines", program), ["0"], Port, cancel);
        return new Candidate(name, process, At(port), null) { StartTime = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>Waits for the component stream; ends the process when it does not come.</summary>
    private static async Task<Candidate> TiedAsync(string name, ChildProcess process, string port, Task<ActivationLink> linking, long start)
    {
        try
        {
            ActivationLink link = await linking.WaitAsync(TimeSpan.FromSeconds(20));
            return new Candidate(name, process, At(port), link) { StartTime = Stopwatch.GetElapsedTime(start) };
        }
        catch (TimeoutException)
        {
            await process.DisposeAsync();
            throw new IOException("its component stream did not come up");
        }
    }

    /// <summary>This program again: itself when it has a host of its own, else behind <c>dotnet</c>.</summary>
    private static string[] OwnProgram() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(CandidateKinds).Assembly.Location] : [];

    private static string? Port(string line) => line.StartsWith("ready ", StringComparison.Ordinal) ? line["ready ".Length..] : null;

    private static IPEndPoint At(string port) => new(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
}
