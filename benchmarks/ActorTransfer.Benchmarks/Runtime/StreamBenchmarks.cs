using System.Diagnostics;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Runtime;

/// <summary>The cost of one element through three fused stages, and of one stream from start to end.</summary>
[MemoryDiagnoser]
public class StreamBenchmarks
{
    private const int Elements = 1_000_000;
    private const int Streams = 1_000;
    private readonly StreamRuns _runs = new();

    [Benchmark(OperationsPerInvoke = Elements)]
    public Task<long> Element() => _runs.PassElements(Elements);

    [Benchmark(OperationsPerInvoke = Streams)]
    public Task Materialization() => _runs.Materialize(Streams);

    [GlobalCleanup]
    public Task Stop() => _runs.DisposeAsync().AsTask();
}

/// <summary>A quick measurement of the same, without BenchmarkDotNet.</summary>
public static class StreamThroughput
{
    public static async Task<(double ElementsPerSecond, double MaterializationsPerSecond)> MeasureAsync()
    {
        const int elements = 5_000_000;
        const int streams = 20_000;
        await using var runs = new StreamRuns();
        await runs.PassElements(elements / 10);
        await runs.Materialize(streams / 10);
        var elementsPerSecond = await PerSecond(elements, () => runs.PassElements(elements));
        return (elementsPerSecond, await PerSecond(streams, () => runs.Materialize(streams)));
    }

    private static async Task<double> PerSecond(int count, Func<Task> run)
    {
        var best = 0d;
        for (var i = 0; i < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await run();
            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}

/// <summary>The measured streams. Throws if a stream yields a wrong result.</summary>
internal sealed class StreamRuns : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("streams");
    private readonly ActorMaterializer _materializer;

    public StreamRuns() => _materializer = _system.Materializer();

    public async Task<long> PassElements(int count)
    {
        var sum = await Source.Repeat(1L).Take(count)
            .Select(n => n + 1)
            .RunAggregate(0L, (total, n) => total + n, _materializer);
        return sum == 2L * count ? sum : throw new InvalidOperationException($"{count} elements resulted in {sum}");
    }

    public async Task Materialize(int count)
    {
        var graph = Source.Single(1).Select(n => n + 1).ToMaterialized(Sink.First<int>(), Keep.Right);
        var running = new Task<int>[Math.Min(count, 100)];
        for (var done = 0; done < count; done += running.Length)
        {
            for (var i = 0; i < running.Length; i++)
                running[i] = graph.Run(_materializer);
            foreach (var result in await Task.WhenAll(running))
            {
                if (result != 2)
                    throw new InvalidOperationException($"A stream yielded {result}");
            }
        }
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
