using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>All proxies that can be compared. They listen at the <see cref="Site"/>.</summary>
internal static class CandidateKinds
{
    private const string Ready = "ready ";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>This project's own.</summary>
    public static CandidateKind Product { get; } = new("actor-transfer", StartProductAsync);

    /// <summary>All of them, the product first.</summary>
    public static IReadOnlyList<CandidateKind> All { get; } =
    [
        Product,
        new("bare-sockets", cancel => StartRelayAsync("bare-sockets", Environment.ProcessPath!, [.. OwnProgram(), "serve-bare"], cancel)),
        new("splice-c", cancel => StartCompiledAsync("splice-c", "splice", cancel)),
        new("readwrite-c", cancel => StartCompiledAsync("readwrite-c", "readwrite", cancel)),
        new("prosody", cancel => StartServerAsync("prosody", cancel)),
        new("ejabberd", cancel => StartServerAsync("ejabberd", cancel)),
    ];

    /// <summary>The proxies named on the command line, or all.</summary>
    public static IEnumerable<CandidateKind> Chosen(LoadOptions options) => options.Against.Count == 0
        ? All
        : options.Against.Select(name => All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new FormatException($"Unknown proxy '{name}'; known are {string.Join(", ", All.Select(kind => kind.Name))}."));

    private static async Task<Candidate> StartProductAsync(CancellationToken cancel)
    {
        await ProxyProcess.BuildAsync(cancel);
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(Site.Current.Own, 0));
        server.Listen();
        Task<ActivationLink> linking = ActivationLink.AcceptAsync(server, ProxyProcess.Component, ProxyProcess.Secret, cancel);
        long start = Stopwatch.GetTimestamp();
        var (process, port) = await ProxyProcess.StartAsync(server.LocalEndPoint!.ToString()!, [], cancel);
        string how = ProcessUsage.CommandsOfTree(process.Id).Any(command => command.Contains("/ahead/actor-transfer.dll", StringComparison.Ordinal))
            ? "ahead of time"
            : "just in time";
        return await LinkedAsync("actor-transfer", process, port, linking, start, how);
    }

    /// <summary>A server whose own proxy is measured and to which this process connects as a component.</summary>
    private static async Task<Candidate> StartServerAsync(string name, CancellationToken cancel)
    {
        (int component, int proxy) = (FreePort(), FreePort());
        string folder = Repository.Path("artifacts/load", FormattableString.Invariant($"{name}-{Environment.ProcessId}-{proxy}"));
        long start = Stopwatch.GetTimestamp();
        var (process, at) = await StartThereAsync(
            Repository.Path("benchmarks/baselines", name + ".sh"),
            [folder, component.ToString(CultureInfo.InvariantCulture), proxy.ToString(CultureInfo.InvariantCulture), Site.Current.Proxy.ToString()],
            Port,
            cancel);
        Task<ActivationLink> linking = ActivationLink.ConnectAsync(
            new IPEndPoint(Site.Current.Proxy, component), ProxyProcess.Component, ProxyProcess.Secret, cancel);
        return await LinkedAsync(name, process, at, linking, start);
    }

    private static async Task<Candidate> StartCompiledAsync(string name, string program, CancellationToken cancel)
    {
        await BuildBaselinesAsync(cancel);
        return await StartRelayAsync(name, Repository.Path("artifacts/baselines", program), ["0", Site.Current.Proxy.ToString()], cancel);
    }

    /// <summary>Compiles the programs in C, if they are not compiled yet.</summary>
    public static Task BuildBaselinesAsync(CancellationToken cancel) => BuildAsync($"'{Repository.Path("benchmarks/baselines/build.sh")}'", cancel);

    /// <summary>Builds the program in advance, so that no measured start builds it.</summary>
    public static async Task BuildAsync(string command, CancellationToken cancel)
    {
        var (build, _) = await ChildProcess.StartAsync(
            "/bin/bash", ["-c", $"{command} && echo '{Ready}built' && read -r"], Port, cancel, TimeSpan.FromMinutes(10));
        await build.DisposeAsync();
    }

    private static async Task<Candidate> StartRelayAsync(string name, string program, string[] arguments, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        var (process, port) = await StartThereAsync(program, arguments, Port, cancel);
        return new Candidate(name, process, At(port), null) { StartTime = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>Waits for the component stream; ends the process on a timeout.</summary>
    private static async Task<Candidate> LinkedAsync(
        string name, ChildProcess process, string port, Task<ActivationLink> linking, long start, string? compiled = null)
    {
        try
        {
            ActivationLink link = await linking.WaitAsync(s_patience);
            return new Candidate(name, process, At(port), link) { StartTime = Stopwatch.GetElapsedTime(start), Compiled = compiled };
        }
        catch (Exception exception)
        {
            await process.DisposeAsync();
            throw exception is TimeoutException ? new IOException("its component stream was not opened in time") : exception;
        }
    }

    /// <summary>This program: its own executable if there is one, otherwise through <c>dotnet</c>.</summary>
    public static string[] OwnProgram() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(CandidateKinds).Assembly.Location] : [];

    /// <summary>The port in the line of a script that is ready.</summary>
    public static string? Port(string line) => line.StartsWith(Ready, StringComparison.Ordinal) ? line[Ready.Length..] : null;

    /// <summary>The port in the program's ready line.</summary>
    public static string? ReadyEvent(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString() == "ready"
            ? IPEndPoint.Parse(json.RootElement.GetProperty("listen")[0].GetString()!).Port.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Starts a program at the <see cref="Site"/>.</summary>
    public static Task<(ChildProcess Process, string Ready)> StartThereAsync(
        string program, IEnumerable<string> arguments, Func<string, string?> isReady, CancellationToken cancel)
    {
        var command = Site.Current.Command(program, arguments);
        return ChildProcess.StartAsync(command.Program, command.Arguments, isReady, cancel);
    }

    private static IPEndPoint At(string port) => new(Site.Current.Proxy, int.Parse(port, CultureInfo.InvariantCulture));

    /// <summary>A free port; another process could still use it before the server does.</summary>
    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
