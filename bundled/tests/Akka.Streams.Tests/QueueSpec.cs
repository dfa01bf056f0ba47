using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class QueueSpec : StreamSpec
{
    private (ISourceQueueWithComplete<int> Queue, Probe<ProbeSink<int>.Logic> Sink) Run(int size, OverflowStrategy strategy) =>
        Source.Queue<int>(size, strategy).ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);

    private static async Task<List<int>> Drain(Probe<ProbeSink<int>.Logic> sink, int count)
    {
        var got = new List<int>();
        for (var i = 0; i < count; i++)
        {
            await sink.Do(s => s.Pull());
            await sink.Expect("push");
            await sink.Do(s => got.Add(s.Grab()));
        }

        return got;
    }

    private static Task<IQueueOfferResult> Offer(ISourceQueueWithComplete<int> queue, int element) =>
        queue.OfferAsync(element).WaitAsync(Patience);

    [Theory]
    [InlineData(OverflowStrategy.DropHead, new[] { 2, 3 })]
    [InlineData(OverflowStrategy.DropTail, new[] { 1, 3 })]
    [InlineData(OverflowStrategy.DropNew, new[] { 1, 2 })]
    [InlineData(OverflowStrategy.DropBuffer, new[] { 3 })]
    public async Task Full_queue_must_drop_what_its_strategy_says(OverflowStrategy strategy, int[] left)
    {
        var (queue, sink) = Run(2, strategy);
        await sink.Do(s => s.KeepGoing(true));
        Assert.IsType<QueueOfferResult.Enqueued>(await Offer(queue, 1));
        Assert.IsType<QueueOfferResult.Enqueued>(await Offer(queue, 2));
        var third = await Offer(queue, 3);
        Assert.Equal(strategy == OverflowStrategy.DropNew, third is QueueOfferResult.Dropped);
        Assert.Equal(left, await Drain(sink, left.Length));
        queue.Complete();
        await sink.Expect("finish");
        await queue.WatchCompletionAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Full_queue_must_let_one_offer_wait_when_it_backpressures()
    {
        var (queue, sink) = Run(1, OverflowStrategy.Backpressure);
        await Offer(queue, 1);
        var waiting = queue.OfferAsync(2);
        await Assert.ThrowsAnyAsync<Exception>(() => Offer(queue, 3));
        Assert.False(waiting.IsCompleted);
        Assert.Equal([1, 2], await Drain(sink, 2));
        Assert.IsType<QueueOfferResult.Enqueued>(await waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Queue_without_room_must_hand_over_directly()
    {
        var (queue, sink) = Run(0, OverflowStrategy.Backpressure);
        var offer = queue.OfferAsync(1);
        Assert.Equal([1], await Drain(sink, 1));
        Assert.IsType<QueueOfferResult.Enqueued>(await offer.WaitAsync(Patience));
    }

    [Fact]
    public async Task Full_queue_must_fail_the_stream_when_its_strategy_says_so()
    {
        var (queue, sink) = Run(1, OverflowStrategy.Fail);
        await Offer(queue, 1);
        var result = Assert.IsType<QueueOfferResult.Failure>(await Offer(queue, 2));
        Assert.IsType<BufferOverflowException>(result.Cause);
        Assert.StartsWith("failure: ", await sink.Next());
        await Assert.ThrowsAsync<BufferOverflowException>(() => queue.WatchCompletionAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Completed_queue_must_deliver_what_it_holds()
    {
        var (queue, sink) = Run(4, OverflowStrategy.Fail);
        await sink.Do(s => s.KeepGoing(true));
        await Offer(queue, 1);
        await Offer(queue, 2);
        queue.Complete();
        Assert.False(queue.WatchCompletionAsync().IsCompleted);
        Assert.Equal([1, 2], await Drain(sink, 2));
        await sink.Expect("finish");
        await queue.WatchCompletionAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Failed_queue_must_fail_the_stream_at_once()
    {
        var (queue, sink) = Run(4, OverflowStrategy.Fail);
        await Offer(queue, 1);
        queue.Fail(new InvalidOperationException("broken"));
        await sink.Expect("failure: broken", "stopped");
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.WatchCompletionAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Offer_to_an_ended_stream_must_fail()
    {
        var (queue, sink) = Run(4, OverflowStrategy.Fail);
        await sink.Do(s => s.Cancel());
        await queue.WatchCompletionAsync().WaitAsync(Patience);
        await Assert.ThrowsAsync<StreamDetachedException>(async () =>
        {
            // The stage stops right after it has announced its end.
            while (true)
                await Offer(queue, 1);
        });
    }

    [Fact]
    public async Task Waiting_offer_must_be_answered_when_the_stream_is_cancelled()
    {
        var (queue, sink) = Run(1, OverflowStrategy.Backpressure);
        await Offer(queue, 1);
        var waiting = queue.OfferAsync(2);
        await sink.Do(_ => { });
        await sink.Do(s => s.Cancel());
        Assert.IsType<QueueOfferResult.QueueClosed>(await waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Queue_must_fail_its_watchers_when_the_stream_ends_abruptly()
    {
        var materializer = ActorMaterializer.Create(System, ActorMaterializerSettings.Create(System));
        var queue = Source.Queue<int>(4, OverflowStrategy.Fail).To(new ProbeSink<int>()).Run(materializer);
        await Offer(queue, 1);
        materializer.Shutdown();
        await Assert.ThrowsAsync<StreamDetachedException>(() => queue.WatchCompletionAsync().WaitAsync(Patience));
    }
}
