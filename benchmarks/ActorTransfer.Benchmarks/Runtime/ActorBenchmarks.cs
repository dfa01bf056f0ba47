using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Runtime;

/// <summary>The cost of one message, one request, and starting and stopping an actor.</summary>
[MemoryDiagnoser]
public class ActorBenchmarks
{
    private const int Messages = 200_000;
    private const int Asks = 20_000;
    private const int Lives = 10_000;

    private ActorSystem _system = null!;
    private IActorRef _echo = null!;

    /// <summary>Concurrent pairs of actors.</summary>
    [Params(1, 2, 16)]
    public int Pairs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _system = RuntimeThroughput.QuietSystem();
        _echo = _system.ActorOf(Props.Create(() => new RuntimeThroughput.Echo()));
    }

    [GlobalCleanup]
    public Task Cleanup() => _system.Terminate();

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Tell() => RuntimeThroughput.PlayAsync(_system, Pairs, Messages / Pairs);

    [Benchmark(OperationsPerInvoke = Asks)]
    public Task Ask() => RuntimeThroughput.AskAsync(_echo, Pairs, Asks / Pairs);

    [Benchmark(OperationsPerInvoke = Lives)]
    public async Task StartAndStop()
    {
        var ends = new Task[Lives];
        for (var i = 0; i < Lives; i++)
            ends[i] = _system.ActorOf(Props.Create(() => new RuntimeThroughput.Echo())).GracefulStop(TimeSpan.FromMinutes(1));
        await Task.WhenAll(ends);
    }
}
