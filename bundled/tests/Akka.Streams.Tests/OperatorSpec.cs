using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class OperatorSpec : StreamSpec
{
    private static Source<int, NotUsed> To(int n) => Source.From(Enumerable.Range(1, n));

    private async Task<IReadOnlyList<T>> All<T, TMat>(Source<T, TMat> source) =>
        await source.RunWith(Sink.Seq<T>(), Materializer).WaitAsync(Patience);

    [Fact]
    public async Task Element_wise_operators_must_do_what_their_names_say()
    {
        Assert.Equal([2, 4], await All(To(2).Select(n => n * 2)));
        Assert.Equal([1, 2], await All(To(5).Take(2)));
        Assert.Empty(await All(To(5).Take(0)));
    }

    [Fact]
    public async Task Failing_function_must_fail_the_stream_with_its_exception()
    {
        var failing = new Func<int, int>(n => n < 3 ? n : throw new InvalidOperationException("third"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => All(To(5).Select(failing)));
        var inSource = await Assert.ThrowsAnyAsync<Exception>(() => All(Source.From(Enumerable.Range(1, 5).Select(failing))));
        Assert.IsType<InvalidOperationException>(inSource.GetBaseException());
    }

    [Fact]
    public async Task Sources_must_produce_what_they_are_made_of()
    {
        Assert.Equal([7], await All(Source.Single(7)));
        Assert.Equal([7, 7, 7], await All(Source.Repeat(7).Take(3)));
        Assert.Empty(await All(Source.Empty<int>()));
        Assert.Equal([1, 2], await All(Source.FromEnumerator(() => Enumerable.Range(1, 2).GetEnumerator())));
    }

    [Fact]
    public async Task Sinks_must_yield_what_their_names_say()
    {
        Assert.Equal(1, await To(3).RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<NoSuchElementException>(() =>
            Source.Empty<int>().RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal(6, await To(3).RunWith(Sink.Aggregate<int, int>(0, (sum, n) => sum + n), Materializer).WaitAsync(Patience));
        Assert.Same(Done.Instance, await To(3).RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task Failure_must_reach_every_kind_of_sink()
    {
        var failed = Source.Single(1).Select<int, int, NotUsed>(_ => throw new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunAggregate(0, (a, b) => a + b, Materializer).WaitAsync(Patience));
    }
}
