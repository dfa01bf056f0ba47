using System.Net;
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
internal sealed record CandidateKind(string Name, Func<CancellationToken, Task<Candidate>> StartAsync);
