using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class QueueSpec : StreamSpec
{
    private (ISourceQueueWithComplete<int> Queue, Probe<ProbeSink<int>.Logic> Sink) Run(int size) =>
        Source.Queue<int>(size, OverflowStrategy.DropNew).ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);

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

    [Fact]
    public async Task Full_queue_must_drop_what_does_not_fit()
    {
        var (queue, sink) = Run(2);
        await sink.Do(s => s.KeepGoing(true));
        Assert.IsType<QueueOfferResult.Enqueued>(await Offer(queue, 1));
        Assert.IsType<QueueOfferResult.Enqueued>(await Offer(queue, 2));
        Assert.IsType<QueueOfferResult.Dropped>(await Offer(queue, 3));
        Assert.Equal([1, 2], await Drain(sink, 2));
        queue.Complete();
        await sink.Expect("finish");
        await queue.WatchCompletionAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Completed_queue_must_deliver_what_it_holds()
    {
        var (queue, sink) = Run(4);
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
        var (queue, sink) = Run(4);
        await Offer(queue, 1);
        queue.Fail(new InvalidOperationException("broken"));
        await sink.Expect("failure: broken", "stopped");
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.WatchCompletionAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Offer_to_an_ended_stream_must_fail()
    {
        var (queue, sink) = Run(4);
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
    public async Task Queue_must_fail_its_watchers_when_the_stream_ends_abruptly()
    {
        var materializer = ActorMaterializer.Create(System, ActorMaterializerSettings.Create(System));
        var queue = Source.Queue<int>(4, OverflowStrategy.DropNew).To(new ProbeSink<int>()).Run(materializer);
        await Offer(queue, 1);
        materializer.Shutdown();
        await Assert.ThrowsAsync<StreamDetachedException>(() => queue.WatchCompletionAsync().WaitAsync(Patience));
    }
}
