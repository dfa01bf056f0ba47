using System.Security.Cryptography;
using ActorTransfer.Transports.Hashing;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Stages;

/// <summary>A chunk of 256 KiB of each of several streams.</summary>
public class Sha256Benchmarks
{
    private const int Size = 256 * 1024;

    private readonly HashCrowd _crowd = new();
    private IncrementalHash[] _hashes = [];
    private RunningSha256[] _running = [];
    private HashSeat[] _seats = [];
    private byte[][] _chunks = [];

    [Params(1, 8, 16)]
    public int Streams { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _chunks = [.. Enumerable.Range(0, Streams).Select(_ => RandomNumberGenerator.GetBytes(Size))];
        _hashes = [.. _chunks.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
        _running = [.. _chunks.Select(_ => new RunningSha256())];
        _seats = [.. _chunks.Select(_ => new HashSeat(_crowd, static () => { }))];
    }

    [Benchmark(Baseline = true, Description = "IncrementalHash, one after the other")]
    public void OneByOne()
    {
        for (var stream = 0; stream < Streams; stream++)
        {
            _hashes[stream].AppendData(_chunks[stream]);
        }
    }

    [Benchmark(Description = "side by side where that pays")]
    public void SideBySide()
    {
        for (var stream = 0; stream < Streams; stream++)
        {
            _seats[stream].Append(_running[stream], _chunks[stream], static _ => { });
        }

        foreach (var seat in _seats)
        {
            seat.TakeTurn();
        }
    }
}
