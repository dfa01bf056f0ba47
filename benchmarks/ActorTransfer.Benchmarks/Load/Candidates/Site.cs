using System.Globalization;
using System.Net;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>Where the proxies run: on loopback, or at the other end of a long line (<c>baselines/wan.c</c>), as the environment says.</summary>
internal sealed class Site
{
    private readonly string? _namespace = Environment.GetEnvironmentVariable("LOAD_PROXY_NETNS");

    private Site()
    {
    }

    public static Site Current { get; } = new();

    /// <summary>Address of this process, as the proxies reach it.</summary>
    public IPAddress Own { get; } = Address("LOAD_OWN_ADDRESS");

    /// <summary>Address on which the proxies listen.</summary>
    public IPAddress Proxy { get; } = Address("LOAD_PROXY_ADDRESS");

    /// <summary>The proxies are at the other end of a long line.</summary>
    public bool IsFar => _namespace is not null;

    /// <summary>How long traffic flows before a measurement begins: until windows have grown.</summary>
    public TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(1)
        + (TimeSpan.FromMilliseconds(double.Parse(Environment.GetEnvironmentVariable("LOAD_DELAY_MS") ?? "0", CultureInfo.InvariantCulture)) * 40);

    /// <summary>The command that runs a program there.</summary>
    public (string Program, IEnumerable<string> Arguments) Command(string program, IEnumerable<string> arguments) =>
        _namespace is null ? (program, arguments) : ("nsenter", [$"--net={_namespace}", "--", program, .. arguments]);

    private static IPAddress Address(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? IPAddress.Parse(text) : IPAddress.Loopback;
}
