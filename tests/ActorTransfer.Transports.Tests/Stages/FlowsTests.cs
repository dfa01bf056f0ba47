using System.Diagnostics;
using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Transports.Tests.Stages;

public class FlowsTests : StreamTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task LengthLimit_must_pass_the_announced_length(long length)
    {
        Task<long> seen = Pattern.Source(length, 4096).Via(Flows.LengthLimit(length)).RunWith(Pattern.Sink(), Materializer);
        Assert.Equal(length, await seen.Soon());
    }

    [Fact]
    public async Task LengthLimit_must_fail_as_soon_as_there_is_too_much()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.LengthLimit(5));
        source.Send([1, 2, 3]);
        Assert.Equal([1, 2, 3], await sink.NextAsync().Soon());
        source.Send([4, 5, 6]);
        LengthException wrong = await Assert.ThrowsAsync<LengthException>(() => sink.NextAsync().Soon());
        Assert.Equal((LengthFault.TooLong, 5, 6), (wrong.Fault, wrong.Expected, wrong.Actual));
        await source.Stopped.Soon();
    }

    [Fact]
    public async Task LengthLimit_must_fail_when_the_stream_completes_too_early()
    {
        Task<long> seen = Pattern.Source(9).Via(Flows.LengthLimit(10)).RunWith(Pattern.Sink(), Materializer);
        LengthException wrong = await Assert.ThrowsAsync<LengthException>(() => seen.Soon());
        Assert.Equal((LengthFault.TooShort, 10, 9), (wrong.Fault, wrong.Expected, wrong.Actual));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Maximum_must_pass_less_and_fail_as_soon_as_there_is_more(bool isAnnounced)
    {
        Task<long> less = Pattern.Source(9).Via(Flows.AtMost(10, isAnnounced)).RunWith(Pattern.Sink(), Materializer);
        Assert.Equal(9, await less.Soon());
        Task<long> more = Pattern.Source(11).Via(Flows.AtMost(10, isAnnounced)).RunWith(Pattern.Sink(), Materializer);
        LengthException wrong = await Assert.ThrowsAsync<LengthException>(() => more.Soon());
        Assert.Equal(isAnnounced ? LengthFault.TooLong : LengthFault.AboveLimit, wrong.Fault);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task Sha256_must_give_the_hash_of_everything(int length)
    {
        (Task<string> hash, Task<long> seen) = Pattern.Source(length, 5000)
            .ViaMaterialized(Flows.Sha256(), Keep.Right)
            .ToMaterialized(Pattern.Sink(), Keep.Both)
            .Run(Materializer);
        Assert.Equal(length, await seen.Soon());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Pattern.Bytes(0, length))), await hash.Soon());
    }

    [Fact]
    public async Task Sha256_must_give_no_hash_of_a_part()
    {
        (SourceScript source, Task<string> hash, SinkScript<byte[]> sink) = RunHash();
        source.Send([1]);
        await sink.NextAsync().Soon();
        await sink.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hash.Soon());

        (source, hash, _) = RunHash();
        source.Fail(new InvalidDataException("upstream"));
        await Assert.ThrowsAsync<InvalidDataException>(() => hash.Soon());
    }

    [Fact]
    public async Task RateLimit_must_hold_the_average_and_lose_nothing()
    {
        // 100 kB at 200 kB a second, less the burst of a tenth of a second that is allowed at the start.
        long start = Stopwatch.GetTimestamp();
        Task<long> seen = Pattern.Source(100_000, 65_536).Via(Flows.RateLimit(200_000)).RunWith(Pattern.Sink(), Materializer);
        Assert.Equal(100_000, await seen.Soon());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.25, 10);
    }

    [Fact]
    public async Task RateLimit_must_pass_a_large_chunk_in_slices()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.RateLimit(80_000));
        source.Send(Pattern.Bytes(0, 25_000));
        source.Complete();
        Assert.Equal(10_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Equal(10_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Equal(5_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Null(await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task RateLimit_must_release_what_it_holds_when_it_is_cancelled()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.RateLimit(1));
        source.Send(Pattern.Bytes(0, 25_000));
        Assert.Equal(512, (await sink.NextAsync().Soon())!.Length);
        _ = await sink.DemandAsync();
        await sink.CancelAsync();
        await source.Stopped.Soon();
    }

    [Fact]
    public async Task RateLimit_must_share_a_rate_among_streams()
    {
        // 2 × 50 kB at 200 kB a second, less the burst, whatever the other bucket of each would allow.
        TokenBucket shared = new(TimeProvider.System, 200_000);
        long start = Stopwatch.GetTimestamp();
        Task<long>[] streams =
        [
            .. Enumerable.Range(0, 2).Select(_ => Pattern.Source(50_000, 5_000)
                .Via(Flows.RateLimit([new TokenBucket(TimeProvider.System, 100_000_000), shared])).RunWith(Pattern.Sink(), Materializer)),
        ];
        Assert.All(await Task.WhenAll(streams).Soon(), seen => Assert.Equal(50_000, seen));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.25, 10);
    }

    [Fact]
    public async Task RateLimit_must_apply_a_rate_that_changes_while_it_waits()
    {
        TokenBucket bucket = new(TimeProvider.System, 1);
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.RateLimit([bucket]));
        source.Send(Pattern.Bytes(0, 1000));
        source.Send(Pattern.Bytes(0, 1000));
        Assert.Equal(1000, (await sink.NextAsync().Soon())!.Length);
        Task<byte[]?> second = sink.NextAsync();
        bucket.BytesPerSecond = 0;
        Assert.Equal(1000, (await second.Soon())!.Length);
        source.Complete();
        Assert.Null(await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Progress_must_report_the_first_bytes_then_at_most_once_an_interval_and_the_end()
    {
        FakeTimeProvider time = new();
        List<long> reports = [];
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.Progress(TimeSpan.FromHours(1), time, reports.Add));
        await PassAsync(source, sink, 10);
        await PassAsync(source, sink, 10);
        Assert.Equal([10], reports);
        time.Advance(TimeSpan.FromHours(1));
        await PassAsync(source, sink, 10);
        await PassAsync(source, sink, 10);
        Assert.Equal([10, 30], reports);
        source.Complete();
        Assert.Null(await sink.NextAsync().Soon());
        await Eventually.HoldsAsync(() => reports.Count == 3, () => "the end was not reported");
        Assert.Equal([10, 30, 40], reports);
    }

    [Fact]
    public async Task Progress_must_report_the_bytes_before_a_pause()
    {
        TaskCompletionSource<long> rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (SourceScript source, SinkScript<byte[]> sink) = Run(Flows.Progress(TimeSpan.FromMilliseconds(20), new FakeTimeProvider(), total => Complete(total)));
        await PassAsync(source, sink, 10);
        await PassAsync(source, sink, 10);
        Assert.Equal(20, await rest.Task.Soon());

        void Complete(long total) => _ = total == 20 && rest.TrySetResult(total);
    }

    private static async Task PassAsync(SourceScript source, SinkScript<byte[]> sink, int length)
    {
        source.Send(new byte[length]);
        Assert.Equal(length, (await sink.NextAsync().Soon())!.Length);
    }

    private (SourceScript Source, SinkScript<byte[]> Sink) Run(Flow<Chunk, Chunk, NotUsed> flow) =>
        ScriptedSource.Create().Via(flow).ToMaterialized(ManualSink.OfBytes(), Keep.Both).Run(Materializer);

    private (SourceScript Source, Task<string> Hash, SinkScript<byte[]> Sink) RunHash()
    {
        ((SourceScript source, Task<string> hash), SinkScript<byte[]> sink) = ScriptedSource.Create()
            .ViaMaterialized(Flows.Sha256(), Keep.Both)
            .ToMaterialized(ManualSink.OfBytes(), Keep.Both)
            .Run(Materializer);
        return (source, hash, sink);
    }
}
