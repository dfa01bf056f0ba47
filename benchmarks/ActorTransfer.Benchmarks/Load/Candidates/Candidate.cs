using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>A proxy under test that runs, as a process of its own.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private readonly ChildProcess _process;

    /// <param name="name">Name in the table.</param>
    /// <param name="process">What runs; the candidate ends it.</param>
    /// <param name="listens">Where it listens for SOCKS5.</param>
    /// <param name="link">Where activations are asked for; null = it wants none. The candidate closes it.</param>
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

    /// <summary>When the program that runs was compiled to machine code; null = as those of its kind always are.</summary>
    public string? Compiled { get; init; }

    /// <summary>What its processes have used.</summary>
    public ProcessUsage Usage => ProcessUsage.OfTree(_process.Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Link?.Dispose();
        await _process.DisposeAsync();
    }
}

/// <summary>A proxy that can be started.</summary>
/// <param name="Name">Word for <c>--against</c>, and in the table.</param>
/// <param name="StartAsync">Starts it. An <see cref="IOException"/> says why it cannot be had here.</param>
internal sealed record CandidateKind(string Name, Func<CancellationToken, Task<Candidate>> StartAsync)
{
    /// <summary>Starts it; null when it cannot be had, with the reason told.</summary>
    public async Task<Candidate?> TryStartAsync(LoadOptions options, CancellationToken cancel)
    {
        try
        {
            return await StartAsync(cancel);
        }
        catch (Exception exception) when (exception is IOException or SocketException or Win32Exception)
        {
            options.Say($"{Name} is left out: {exception.Message}");
            return null;
        }
    }
}

/// <summary>Proxies that run side by side, to take turns.</summary>
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
                    options.Say($"{kind.Name} is ready after {candidate.StartTime.TotalMilliseconds:0} ms"
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
