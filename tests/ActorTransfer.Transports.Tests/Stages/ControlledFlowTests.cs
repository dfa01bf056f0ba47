using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Stages;

public class ControlledFlowTests : StreamTest
{
    private readonly FlowControl _control = new();
    private readonly List<long> _reports = [];

    [Fact]
    public async Task Paused_stream_must_request_nothing_until_it_continues()
    {
        _control.Pause(true);
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        source.Send([1]);
        Task<byte[]?> next = await sink.DemandAsync();
        await source.SettledAsync().Soon();
        Assert.False(next.IsCompleted);
        _control.Pause(false);
        Assert.Equal([1], await next.Soon());
    }

    [Fact]
    public async Task Chunk_that_was_requested_before_the_pause_must_be_held_and_not_be_counted()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        Task<byte[]?> next = await sink.DemandAsync();
        await source.SettledAsync().Soon();
        _control.Pause(true);
        source.Send([1, 2]);
        await source.SettledAsync().Soon();
        Assert.False(next.IsCompleted);
        Assert.Empty(_reports);
        source.Complete();
        await source.Stopped.Soon();
        _control.Pause(false);
        Assert.Equal([1, 2], await next.Soon());
        Assert.Null(await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Held_chunk_must_be_released_when_the_stream_is_cancelled()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        _ = await sink.DemandAsync();
        await source.SettledAsync().Soon();
        _control.Pause(true);
        source.Send([1, 2]);
        await source.SettledAsync().Soon();
        await sink.CancelAsync();
        await source.Stopped.Soon();
    }

    [Fact]
    public async Task Later_stream_of_the_same_control_must_be_the_one_that_continues()
    {
        (SourceScript first, SinkScript<byte[]> firstSink) = Run();
        await firstSink.CancelAsync();
        await first.Stopped.Soon();
        _control.Pause(true);
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        source.Send([1]);
        Task<byte[]?> next = await sink.DemandAsync();
        await source.SettledAsync().Soon();
        _control.Pause(false);
        Assert.Equal([1], await next.Soon());
    }

    [Fact]
    public async Task First_rate_must_hold_for_a_stream_that_runs()
    {
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        source.Send(Pattern.Bytes(0, 30_000));
        Assert.Equal(30_000, (await sink.NextAsync().Soon())!.Length);
        _control.Limit([new TokenBucket(TimeProvider.System, 0), new TokenBucket(TimeProvider.System, 80_000)]);
        source.Send(Pattern.Bytes(0, 25_000));
        source.Complete();
        Assert.Equal(10_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Equal(10_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Equal(5_000, (await sink.NextAsync().Soon())!.Length);
        Assert.Null(await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Buckets_without_a_rate_must_pass_chunks_whole()
    {
        _control.Limit([new TokenBucket(TimeProvider.System, 0)]);
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        source.Send(Pattern.Bytes(0, 25_000));
        Assert.Equal(25_000, (await sink.NextAsync().Soon())!.Length);
    }

    [Fact]
    public async Task Pause_must_hold_bytes_whose_wait_for_the_rate_is_over()
    {
        TokenBucket bucket = new(TimeProvider.System, 1);
        _control.Limit([bucket]);
        (SourceScript source, SinkScript<byte[]> sink) = Run();
        source.Send(Pattern.Bytes(0, 1000));
        Assert.Equal(512, (await sink.NextAsync().Soon())!.Length);
        Task<byte[]?> rest = await sink.DemandAsync();
        await source.SettledAsync().Soon();
        _control.Pause(true);
        bucket.BytesPerSecond = 0;
        await source.SettledAsync().Soon();
        Assert.False(rest.IsCompleted);
        _control.Pause(false);
        Assert.Equal(488, (await rest.Soon())!.Length);
    }

    private (SourceScript Source, SinkScript<byte[]> Sink) Run() => ScriptedSource.Create()
        .Via(Flows.Controlled(TimeSpan.FromTicks(1), TimeProvider.System, _reports.Add, _control))
        .ToMaterialized(ManualSink.OfBytes(), Keep.Both)
        .Run(Materializer);
}
