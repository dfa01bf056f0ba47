using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Stages;

/// <summary>The cost of each stage for a chunk of 256 KiB; only the hash depends on the bytes.</summary>
[MemoryDiagnoser]
public class StageBenchmarks
{
    private const int Chunks = 2_000;
    private ActorSystem _system = null!;
    private ActorMaterializer _materializer = null!;

    [GlobalSetup]
    public void Setup()
    {
        _system = ActorSystem.Create("stages");
        _materializer = _system.Materializer();
    }

    [GlobalCleanup]
    public Task Cleanup() => _system.Terminate();

    [Benchmark(Baseline = true, Description = "no stage", OperationsPerInvoke = Chunks)]
    public Task<long> None() => RunAsync(Flow.Create<Chunk>());

    [Benchmark(Description = "progress", OperationsPerInvoke = Chunks)]
    public Task<long> Progress() => RunAsync(Flows.Progress(TimeSpan.FromMilliseconds(100), TimeProvider.System, _ => { }));

    [Benchmark(Description = "length", OperationsPerInvoke = Chunks)]
    public Task<long> Length() => RunAsync(Flows.LengthLimit((long)Chunks * Chunk.DefaultSize));

    [Benchmark(Description = "rate that is never reached", OperationsPerInvoke = Chunks)]
    public Task<long> Rate() => RunAsync(Flows.RateLimit(long.MaxValue / 16));

    [Benchmark(Description = "SHA-256", OperationsPerInvoke = Chunks)]
    public Task<long> Hash() => RunAsync(Flows.Sha256());

    private async Task<long> RunAsync<T>(Flow<Chunk, Chunk, T> stage)
    {
        var chunks = Source.Repeat(NotUsed.Instance).Take(Chunks).Select(_ => Chunk.Rent(Chunk.DefaultSize));
        long bytes = await chunks.Via(stage).RunAggregate(0L, Count, _materializer);
        return bytes >= (long)Chunks * Chunk.DefaultSize ? bytes : throw new InvalidOperationException($"{bytes} bytes arrived.");
    }

    private static long Count(long total, Chunk chunk)
    {
        using (chunk)
        {
            return total + chunk.Length;
        }
    }
}
