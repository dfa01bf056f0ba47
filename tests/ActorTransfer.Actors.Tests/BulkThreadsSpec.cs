using System.Collections.Concurrent;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;

namespace ActorTransfer.Actors.Tests;

public sealed class BulkThreadsSpec() : TestKit(s_bulk.ToDispatcher())
{
    private const int Elements = 5000;

    private static readonly BulkSettings s_bulk = new(From: 0, Threads: 1);

    /// <summary>Otherwise senders run ahead of receivers, and the bytes between them lie in the kernel.</summary>
    [Fact]
    public async Task Streams_that_never_wait_must_take_turns_after_a_few_elements()
    {
        using var materializer = await MaterializerAsync();
        TaskCompletionSource<int> go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentQueue<char> order = new();
        var ends = Task.WhenAll("ab".Select(name => Source.FromTask(go.Task)
            .ConcatMany(_ => Source.From(Enumerable.Repeat(name, Elements)))
            .RunForeach(order.Enqueue, materializer)));
        go.SetResult(0);
        await ends.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.InRange(LongestTurnWhileBothRun([.. order]), 1, 50);
    }

    /// <summary>From the first element of the one that begins later to the last of the one that ends first.</summary>
    private static int LongestTurnWhileBothRun(char[] order)
    {
        var begin = Math.Max(Array.IndexOf(order, 'a'), Array.IndexOf(order, 'b'));
        var end = Math.Min(Array.LastIndexOf(order, 'a'), Array.LastIndexOf(order, 'b'));
        var (longest, turn) = (0, 0);
        for (var at = begin; at < end; at++)
        {
            turn = at > begin && order[at] == order[at - 1] ? turn + 1 : 1;
            longest = Math.Max(longest, turn);
        }

        return longest;
    }

    private async Task<ActorMaterializer> MaterializerAsync()
    {
        TaskCompletionSource<IMaterializer> made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.ActorOf(Props.Create(() => new Owner(made)));
        return (ActorMaterializer)await made.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private sealed class Owner : ReceiveActor
    {
        public Owner(TaskCompletionSource<IMaterializer> made) => made.SetResult(SharedServices.Own(Context, s_bulk, isBulk: true));
    }
}
