using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class VolumeSpec : StreamSpec
{
    [Fact]
    public async Task Million_elements_must_pass_ten_stages_complete_and_in_order()
    {
        var source = Source.From(Range(1_000_000));
        for (var i = 0; i < 10; i++)
            source = source.Select(n => n + 1);
        var expected = 10L;
        var inOrder = true;
        var count = await source.RunAggregate(
            0L,
            (seen, n) =>
            {
                inOrder &= n == expected++;
                return seen + 1;
            },
            Materializer).WaitAsync(Patience * 3);
        Assert.Equal(1_000_000, count);
        Assert.True(inOrder);
    }

    [Fact]
    public async Task Many_streams_at_a_time_must_all_be_right()
    {
        var streams = Enumerable.Range(0, 2_000).Select(s => Source.From(Enumerable.Range(0, 500))
            .Select(n => (long)n + s)
            .RunAggregate(0L, (sum, n) => sum + n, Materializer)).ToList();
        var sums = await Task.WhenAll(streams).WaitAsync(Patience * 3);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(s => 124_750L + 500L * s), sums);
    }

    [Fact]
    public async Task Streams_materialized_from_many_threads_must_all_run()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
                Assert.Equal(i, await Source.Single(i).Via(Flow.Create<int>()).RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
            return true;
        }))).WaitAsync(Patience * 3);
        Assert.All(results, Assert.True);
    }

    private static IEnumerable<long> Range(long count)
    {
        for (var i = 0L; i < count; i++)
            yield return i;
    }
}
