using System.Security.Cryptography;
using ActorTransfer.Transports.Files;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Files;

/// <summary>The cost of <c>files.durability</c>: writing and committing a received file. Runs on the disk of the temporary directory.</summary>
[SimpleJob(launchCount: 1, warmupCount: 2, iterationCount: 15, invocationCount: 1)]
[MedianColumn]
public class DurabilityBenchmarks
{
    private const int Chunk = 256 * 1024;
    private readonly byte[] _chunk = RandomNumberGenerator.GetBytes(Chunk);
    private string _folder = "";

    /// <summary>Bytes of the file.</summary>
    [Params(4 << 10, 1 << 20, 16 << 20, 256 << 20)]
    public int Size { get; set; }

    /// <summary>The setting.</summary>
    [Params(FileDurability.None, FileDurability.File, FileDurability.Folder)]
    public FileDurability Durability { get; set; }

    [IterationSetup]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory("durability-").FullName;

    [IterationCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public async Task<string> Receive()
    {
        await using var file = IncomingFile.Create(_folder, "file", new IncomingFileOptions { Durability = Durability });
        for (var left = Size; left > 0; left -= Chunk)
        {
            await file.WriteAsync(_chunk.AsMemory(0, Math.Min(Chunk, left)));
        }

        return await file.CommitAsync("file");
    }
}
