using System.Runtime.CompilerServices;
using ActorTransfer.AspNetCore.Page;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>What is held for clients.</summary>
public sealed class PageFeedSpec
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedMonitor _monitor = new();
    private readonly PageFeed _feed;

    public PageFeedSpec() => _feed = new PageFeed(_monitor, _time);

    [Fact]
    public async Task Slow_client_must_get_the_latest_view_and_nothing_must_be_kept_for_it()
    {
        Assert.True(_feed.TryJoin());
        var first = (await _feed.AfterAsync(0, CancellationToken.None)).Version;
        var missed = await TickAsync(first);
        for (var seconds = 0; seconds < 5; seconds++)
        {
            await TickAsync(first + 1 + seconds);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(missed.IsAlive);
        var latest = await _feed.AfterAsync(first, CancellationToken.None);
        Assert.Equal(first + 6, latest.Version);
        Assert.StartsWith("event: view", System.Text.Encoding.UTF8.GetString(latest.Whole.Span), StringComparison.Ordinal);
        _feed.Leave();
    }

    [Fact]
    public async Task Client_that_returns_must_start_with_a_new_view()
    {
        Assert.True(_feed.TryJoin());
        var frame = await _feed.AfterAsync(0, CancellationToken.None);
        Assert.True(frame.Change.IsEmpty);
        _feed.Leave();
        _monitor.View = _monitor.View with { IsDraining = true };
        Assert.True(_feed.TryJoin());
        var next = await _feed.AfterAsync(0, CancellationToken.None);
        Assert.NotSame(frame, next);
        Assert.True(next.Change.IsEmpty);
        _feed.Leave();
    }

    [Fact]
    public async Task Nothing_must_be_read_without_clients()
    {
        Assert.True(_feed.TryJoin());
        await _feed.AfterAsync(0, CancellationToken.None);
        await TickAsync(1);
        _feed.Leave();
        _time.Advance(TimeSpan.FromSeconds(1)); // the last tick finds that the client has left
        var reads = _monitor.Reads;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(_monitor.Reads, reads, reads + 1);
        Assert.Equal(0, _feed.Clients);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> TickAsync(long version)
    {
        var next = _feed.AfterAsync(version, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        return new WeakReference(await next);
    }
}
