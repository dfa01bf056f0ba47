using System.Collections.Concurrent;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The threads that transfer the bytes of a file, on both sides.</summary>
public sealed class BulkThreadsSpec
{
    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public async Task Bytes_must_be_transferred_on_dedicated_threads_for_large_files_only(int size, bool isLarge)
    {
        var seen = new ConcurrentQueue<(string Side, bool IsBulk)>();
        var stages = new ContentStages(Noting("sender"), Noting("receiver"));
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.bulk.from = 1001B", options => options.UseStages(stages));
        var accepting = host.AcceptNextAsync();
        await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(new byte[size]), new FileDescription("a.bin", size), new SendOptions("iphone"));
        Assert.IsType<TransferOutcome.Completed>(await (await accepting).Completion.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["receiver", "sender"], seen.Select(one => one.Side).Distinct().Order());
        Assert.All(seen, one => Assert.Equal(isLarge, one.IsBulk));

        Flow<Chunk, Chunk, NotUsed> Noting(string side) => Flows.Progress(TimeSpan.FromTicks(1), TimeProvider.System, _ =>
            seen.Enqueue((side, Thread.CurrentThread.Name?.Contains(BulkSettings.DispatcherOf(Engine.Name), StringComparison.Ordinal) == true)));
    }
}
