using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class SelectAsyncSpec : StreamSpec
{
    [Fact]
    public async Task Results_must_keep_the_order_of_the_elements()
    {
        var gates = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var all = Source.From(Enumerable.Range(0, 4)).SelectAsync(4, n => gates[n].Task).RunWith(Sink.Seq<int>(), Materializer);
        for (var i = 3; i >= 0; i--)
            gates[i].SetResult(i * 10);
        Assert.Equal([0, 10, 20, 30], await all.WaitAsync(Patience));
    }

    [Fact]
    public async Task Unordered_results_must_go_out_as_they_come()
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var (_, sink) = Source.From(Enumerable.Range(0, 3)).SelectAsyncUnordered(3, n => gates[n].Task)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        var got = new List<int>();
        await sink.Do(s => s.KeepGoing(true));
        foreach (var i in new[] { 2, 0, 1 })
        {
            await sink.Do(s => s.Pull());
            gates[i].SetResult(i);
            await sink.Expect("push");
            await sink.Do(s => got.Add(s.Grab()));
        }

        await sink.Do(s => s.Pull());
        await sink.Expect("finish");
        Assert.Equal([2, 0, 1], got);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_more_tasks_than_asked_for_must_run_at_a_time(bool ordered)
    {
        var running = 0;
        var most = 0;
        async Task<int> Work(int n)
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return n;
        }

        var source = Source.From(Enumerable.Range(0, 2_000));
        var all = await (ordered ? source.SelectAsync(4, Work) : source.SelectAsyncUnordered(4, Work))
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 2_000), ordered ? all : all.Order());
        Assert.InRange(most, 1, 4);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Failed_task_must_fail_the_stream(bool ordered, bool later)
    {
        async Task<int> Fail(int n)
        {
            if (later)
                await Task.Yield();
            return n < 3 ? n : throw new InvalidOperationException("broken");
        }

        var source = Source.From(Enumerable.Range(0, 10));
        var e = await Assert.ThrowsAnyAsync<Exception>(() =>
            (ordered ? source.SelectAsync(2, Fail) : source.SelectAsyncUnordered(2, Fail)).RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal("broken", e.GetBaseException().Message);
    }

    [Fact]
    public async Task Function_that_throws_must_fail_the_stream()
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => Source.Single(1)
            .SelectAsync<int, int, Akka.NotUsed>(1, _ => throw new InvalidOperationException("thrown"))
            .RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal("thrown", e.GetBaseException().Message);
    }

    [Fact]
    public async Task Slow_consumer_must_hold_back_the_tasks()
    {
        var started = 0;
        var (_, sink) = Source.From(Enumerable.Range(0, 100)).SelectAsync(2, n =>
        {
            Interlocked.Increment(ref started);
            return Task.FromResult(n);
        }).ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await sink.Do(s => s.Pull());
        await sink.Expect("push");
        await sink.Do(_ => { });
        Assert.InRange(Volatile.Read(ref started), 1, 3);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen) { }
    }
}
