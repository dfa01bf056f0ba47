using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>A running proxy under test, as a separate process.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private readonly ChildProcess _process;

    /// <param name="name">Name in the table.</param>
    /// <param name="process">The process, which the candidate ends.</param>
    /// <param name="listens">Its SOCKS5 endpoint.</param>
    /// <param name="link">The link for activations; null = none needed. The candidate closes it.</param>
    public Candidate(string name, ChildProcess process, IPEndPoint listens, ActivationLink? link)
    {
        Name = name;
        _process = process;
        EndPoint = listens;
        Link = link;
    }

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    public ActivationLink? Link { get; }

    /// <summary>From the start of the process until it was ready.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>When the running program was compiled to machine code; null = not applicable.</summary>
    public string? Compiled { get; init; }

    /// <summary>Resource usage of its processes.</summary>
    public ProcessUsage Usage => ProcessUsage.OfTree(_process.Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Link?.Dispose();
        await _process.DisposeAsync();
    }
}

/// <summary>A proxy that can be started.</summary>
/// <param name="Name">Name for <c>--against</c> and in the table.</param>
/// <param name="StartAsync">Starts it. An <see cref="IOException"/> has the reason why it is not available.</param>
internal sealed record CandidateKind(string Name, Func<CancellationToken, Task<Candidate>> StartAsync)
{
    /// <summary>Starts it; returns null and reports the reason when it is not available.</summary>
    public async Task<Candidate?> TryStartAsync(LoadOptions options, CancellationToken cancel)
    {
        try
        {
            return await StartAsync(cancel);
        }
        catch (Exception exception) when (exception is IOException or SocketException or Win32Exception)
        {
            options.Report($"{Name} is not available: {exception.Message}");
            return null;
        }
    }
}

/// <summary>Proxies that run at the same time and are measured alternately.</summary>
internal sealed class CandidateGroup : IAsyncDisposable
{
    private readonly List<Candidate> _running = [];

    /// <summary>Those that could be started.</summary>
    public IReadOnlyList<Candidate> Running => _running;

    /// <summary>Starts what the command line names.</summary>
    public static async Task<CandidateGroup> StartAsync(LoadOptions options, CancellationToken cancel)
    {
        CandidateGroup group = new();
        try
        {
            foreach (CandidateKind kind in CandidateKinds.Chosen(options))
            {
                if (await kind.TryStartAsync(options, cancel) is { } candidate)
                {
                    group._running.Add(candidate);
                    options.Report($"{kind.Name} is ready after {candidate.StartTime.TotalMilliseconds:0} ms"
                        + (candidate.Compiled is { } when ? $", compiled {when}" : ""));
                }
            }

            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Candidate candidate in _running)
        {
            await candidate.DisposeAsync();
        }
    }
}
