using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Runs short streams inside a few that never end, one a processor: a stream of its own costs an actor and its mailbox each time, as much as all the rest
/// of a short one. A stream that fails does not affect its neighbours; one that blocks would block them.
/// </summary>
internal sealed class GraphHosts
{
    private readonly IMaterializer _materializer;
    private readonly GraphHost[] _hosts;
    private int _next;

    /// <param name="materializer">Runs the hosts; they end with it, and their streams too.</param>
    public GraphHosts(IMaterializer materializer)
    {
        _materializer = materializer;
        _hosts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new GraphHost())];
        foreach (var host in _hosts)
        {
            Source.FromGraph(host).RunWith(Sink.Ignore<NotUsed>(), materializer);
        }
    }

    /// <summary>Starts a run, on another thread. Thread-safe.</summary>
    public void Run(IGraphRun run)
    {
        var host = _hosts[(uint)Interlocked.Increment(ref _next) % (uint)_hosts.Length];
        if (!host.TryRun(run))
        {
            Run(run, _materializer);
        }
    }

    /// <summary>Starts a run as a stream of its own.</summary>
    public static void Run(IGraphRun run, IMaterializer materializer)
    {
        try
        {
            materializer.Materialize(run.Graph, new Attributes(run));
        }
        catch (Exception exception)
        {
            run.Fail(exception);
        }
    }
}
