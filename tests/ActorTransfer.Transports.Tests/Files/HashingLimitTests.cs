using ActorTransfer.Transports.Files;

namespace ActorTransfer.Transports.Tests.Files;

public sealed class HashingLimitTests
{
    private const int Max = 2;

    private readonly HashingLimit _limit = new(Max);

    [Fact]
    public async Task Concurrent_work_must_be_limited_and_all_must_run()
    {
        using SemaphoreSlim begun = new(0);
        using SemaphoreSlim mayEnd = new(0);
        int running = 0, most = 0;
        async Task<int> WorkAsync()
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            begun.Release();
            await mayEnd.WaitAsync();
            return Interlocked.Decrement(ref running);
        }

        Task<int>[] works = [.. Enumerable.Range(0, 5).Select(_ => _limit.RunAsync(WorkAsync, default))];
        for (int ended = 0; ended < works.Length; ended++)
        {
            await begun.WaitAsync().Soon();
            if (ended >= Max - 1)
            {
                mayEnd.Release();
            }
        }

        mayEnd.Release(Max);
        await Task.WhenAll(works).Soon();
        Assert.Equal(Max, most);
    }

    [Fact]
    public async Task Failed_work_must_release_its_slot()
    {
        for (int n = 0; n < 2 * Max; n++)
        {
            await Assert.ThrowsAsync<IOException>(() => _limit.RunAsync(() => Task.FromException<int>(new IOException()), default).Soon());
        }
    }

    [Fact]
    public async Task Work_that_is_cancelled_while_waiting_must_never_run()
    {
        TaskCompletionSource<int> end = new();
        Task<int>[] full = [.. Enumerable.Range(0, Max).Select(_ => _limit.RunAsync(() => end.Task, default))];
        using CancellationTokenSource over = new();
        Task<int> waiting = _limit.RunAsync<int>(() => throw new InvalidOperationException("It ran."), over.Token);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        end.SetResult(1);
        await Task.WhenAll(full).Soon();
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (int seen = Volatile.Read(ref most); seen < now; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }
}
