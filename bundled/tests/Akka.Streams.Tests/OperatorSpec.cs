using System.Threading.Channels;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Util;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class OperatorSpec : StreamSpec
{
    private static Source<int, Akka.NotUsed> To(int n) => Source.From(Enumerable.Range(1, n));

    private async Task<IReadOnlyList<T>> All<T, TMat>(Source<T, TMat> source) =>
        await source.RunWith(Sink.Seq<T>(), Materializer).WaitAsync(Patience);

    [Fact]
    public async Task Element_wise_operators_must_do_what_their_names_say()
    {
        Assert.Equal([2, 4], await All(To(2).Select(n => n * 2)));
        Assert.Equal([2, 4], await All(To(5).Where(n => n % 2 == 0)));
        Assert.Equal([1, 3, 5], await All(To(5).WhereNot(n => n % 2 == 0)));
        Assert.Equal(["2", "4"], await All(To(5).Collect(n => n % 2 == 0, n => $"{n}")));
        Assert.Equal([1, 2], await All(To(5).Take(2)));
        Assert.Empty(await All(To(5).Take(0)));
        Assert.Equal([1, 2], await All(To(5).TakeWhile(n => n < 3)));
        Assert.Equal([1, 2, 3], await All(To(5).TakeWhile(n => n < 3, inclusive: true)));
        Assert.Equal([4, 5], await All(To(5).Skip(3)));
        Assert.Equal([0, 1, 3, 6], await All(To(3).Scan(0, (sum, n) => sum + n)));
        Assert.Equal([0], await All(Source.Empty<int>().Scan(0, (sum, n) => sum + n)));
        Assert.Equal([6], await All(To(3).Aggregate(0, (sum, n) => sum + n)));
        Assert.Equal([1, 2, 2, 3, 3, 3], await All(To(3).SelectMany(n => Enumerable.Repeat(n, n))));
        Assert.Equal([3], await All(To(3).SelectMany(n => n < 3 ? [] : new[] { n })));
        Assert.Equal([[1, 2], [3]], await All(To(3).Grouped(2)));
        Assert.Equal([1, 2, 3], await All(To(3).Buffer(2, OverflowStrategy.Backpressure)));
        var indexed = To(3).StatefulSelectMany<int, string, Akka.NotUsed>(() =>
        {
            var index = 0;
            return n => [$"{index++}:{n}"];
        });
        Assert.Equal(["0:1", "1:2", "2:3"], await All(indexed));
    }

    [Fact]
    public async Task Operators_of_a_flow_must_do_the_same()
    {
        var flow = Flow.Create<int>().Where(n => n > 1).Select(n => n * 10).Take(2).SelectMany(n => new[] { n, n + 1 }).Skip(1)
            .Concat(Source.From([99])).Prepend(Source.From([0]));
        Assert.Equal([0, 21, 30, 31, 99], await All(To(5).Via(flow)));
    }

    [Fact]
    public async Task Joined_sources_must_follow_each_other()
    {
        Assert.Equal([1, 2, 1, 2, 3], await All(To(2).Concat(To(3))));
        Assert.Equal([1, 2, 3, 1, 2], await All(To(2).Prepend(To(3))));
        Assert.Equal([1], await All(Source.Empty<int>().Concat(To(1)).Concat(Source.Empty<int>())));
        Assert.Equal(["a", (object)"b"], await All(Source.From(["b"]).Prepend<string, object, Akka.NotUsed>(Source.From(new object[] { "a" }))));
    }

    [Fact]
    public async Task Failing_function_must_fail_the_stream_with_its_exception()
    {
        var failing = new Func<int, int>(n => n < 3 ? n : throw new InvalidOperationException("third"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => All(To(5).Select(failing)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => All(To(5).Where(n => failing(n) > 0)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => To(5).RunForeach(n => failing(n), Materializer).WaitAsync(Patience));
        var inSource = await Assert.ThrowsAnyAsync<Exception>(() => All(Source.From(Enumerable.Range(1, 5).Select(failing))));
        Assert.IsType<InvalidOperationException>(inSource.GetBaseException());
    }

    [Fact]
    public async Task Failure_must_be_replaceable()
    {
        var failed = To(3).Select(n => n < 3 ? n : throw new InvalidOperationException("broken"));
        Assert.Equal([1, 2, 9], await All(failed.Recover(e => e is InvalidOperationException ? Option<int>.Create(9) : Option<int>.None)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => All(failed.Recover(_ => Option<int>.None)));
        var e = await Assert.ThrowsAsync<ArgumentException>(() => All(failed.SelectError(e => new ArgumentException("other", e))));
        Assert.IsType<InvalidOperationException>(e.InnerException);
    }

    [Fact]
    public async Task Sources_must_produce_what_they_are_made_of()
    {
        Assert.Equal([7], await All(Source.Single(7)));
        Assert.Empty(await All(Source.Empty<int>()));
        Assert.Equal([7, 7, 7], await All(Source.Repeat(7).Take(3)));
        Assert.Equal([1, 2], await All(Source.FromEnumerator(() => Enumerable.Range(1, 2).GetEnumerator())));
        Assert.Equal([0, 1, 2], await All(Source.Unfold(0, n => n < 3 ? Option<(int, int)>.Create((n + 1, n)) : Option<(int, int)>.None)));
        Assert.Equal([0, 1, 2], await All(Source.UnfoldAsync(0, async n =>
        {
            await Task.Yield();
            return n < 3 ? Option<(int, int)>.Create((n + 1, n)) : Option<(int, int)>.None;
        })));
        await Assert.ThrowsAsync<InvalidOperationException>(() => All(Source.Failed<int>(new InvalidOperationException("broken"))));
    }

    [Fact]
    public async Task Task_source_must_end_as_its_task_does()
    {
        var later = new TaskCompletionSource<int>();
        var all = All(Source.FromTask(later.Task));
        later.SetResult(5);
        Assert.Equal([5], await all);
        Assert.Equal([6], await All(Source.FromTask(Task.FromResult(6))));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            All(Source.FromTask(Task.FromException<int>(new InvalidOperationException("broken")))));
    }

    [Fact]
    public async Task Maybe_must_emit_once_it_is_told()
    {
        var (promise, all) = Source.Maybe<string>().ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer);
        promise.SetResult("a");
        Assert.Equal(["a"], await all.WaitAsync(Patience));
        (promise, all) = Source.Maybe<string>().ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer);
        promise.SetResult(null!);
        Assert.Empty(await all.WaitAsync(Patience));
    }

    [Fact]
    public async Task Channel_source_must_emit_what_is_written_and_end_with_the_channel()
    {
        var channel = Channel.CreateBounded<int>(2);
        var all = All(ChannelSource.FromReader(channel.Reader));
        for (var i = 0; i < 1_000; i++)
            await channel.Writer.WriteAsync(i).AsTask().WaitAsync(Patience);
        channel.Writer.Complete();
        Assert.Equal(Enumerable.Range(0, 1_000), await all);

        var failing = Channel.CreateUnbounded<int>();
        var failed = All(ChannelSource.FromReader(failing.Reader));
        failing.Writer.Complete(new InvalidOperationException("broken"));
        var e = await Assert.ThrowsAnyAsync<Exception>(() => failed);
        Assert.Equal("broken", e.GetBaseException().Message);
    }

    [Fact]
    public async Task Sinks_must_yield_what_their_names_say()
    {
        Assert.Equal(1, await To(3).RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal(3, await To(3).RunWith(Sink.Last<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal(0, await Source.Empty<int>().RunWith(Sink.FirstOrDefault<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<NoSuchElementException>(() => Source.Empty<int>().RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal(6, await To(3).RunWith(Sink.Aggregate<int, int>(0, (sum, n) => sum + n), Materializer).WaitAsync(Patience));
        var seen = new List<int>();
        await To(3).RunWith(Sink.ForEach<int>(seen.Add), Materializer).WaitAsync(Patience);
        Assert.Equal([1, 2, 3], seen);

        var source = Source.FromGraph(new ProbeSource<int>()).To(Sink.Cancelled<int>()).Run(Materializer);
        await source.Expect("cancelled: NoMoreElementsNeeded", "stopped");
    }

    [Fact]
    public async Task Failure_must_reach_every_kind_of_sink()
    {
        var failed = Source.Failed<int>(new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.First<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.RunAggregate(0, (a, b) => a + b, Materializer).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(OverflowStrategy.DropHead, new[] { 3, 4 })]
    [InlineData(OverflowStrategy.DropTail, new[] { 1, 4 })]
    [InlineData(OverflowStrategy.DropNew, new[] { 1, 2 })]
    [InlineData(OverflowStrategy.DropBuffer, new[] { 3, 4 })]
    public async Task Full_buffer_must_drop_what_its_strategy_says(OverflowStrategy strategy, int[] left)
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<int>()).Buffer(2, strategy)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        for (var i = 1; i <= 4; i++)
        {
            await source.Expect("pull");
            await source.Do(s => s.Push(i));
        }

        await source.Expect("pull");
        await source.Do(s => s.Complete());
        await sink.Do(s => s.KeepGoing(true));
        foreach (var expected in left)
        {
            await sink.Do(s => s.Pull());
            await sink.Expect("push");
            await sink.Do(s => Assert.Equal(expected, s.Grab()));
        }

        await sink.Do(s => s.TryPull());
        await sink.Expect("finish");
    }

    [Fact]
    public async Task Full_buffer_must_fail_or_hold_back_when_its_strategy_says_so()
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<int>()).Buffer(1, OverflowStrategy.Fail)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await source.Expect("pull");
        await source.Do(s => s.Push(1));
        await source.Expect("pull");
        await source.Do(s => s.Push(2));
        await source.Expect("cancelled: BufferOverflowException", "stopped");
        Assert.StartsWith("failure: ", await sink.Next());

        (source, sink) = Source.FromGraph(new ProbeSource<int>()).Buffer(1, OverflowStrategy.Backpressure)
            .ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await source.Expect("pull");
        await source.Do(s => s.Push(1));
        await source.Do(s => Assert.False(s.Available));
        await sink.Do(s => s.Pull());
        await sink.Expect("push");
        await source.Expect("pull");
    }
}
