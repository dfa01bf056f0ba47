using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Links;

/// <summary>The in-memory link of scenarios has the same contract as a socket link.</summary>
public class MemoryLinkTests : StreamTest
{
    [Fact]
    public async Task MemoryLink_must_deliver_bytes_in_both_directions_and_end_each_separately()
    {
        (MemoryLink left, MemoryLink right) = Pair();
        Task<long> there = right.Incoming.RunWith(Pattern.Sink(), Materializer);
        SinkScript<byte[]> back = left.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal(1_000_000, await Pattern.Source(1_000_000).RunWith(left.Outgoing, Materializer).Soon());
        Assert.Equal(1_000_000, await there.Soon());
        SourceScript source = ScriptedSource.Create().ToMaterialized(right.Outgoing, Keep.Left).Run(Materializer);
        source.Send([1]);
        Assert.Equal([1], await back.NextAsync().Soon());
        source.Complete();
        Assert.Null(await back.NextAsync().Soon());
    }

    [Fact]
    public async Task MemoryLink_must_apply_back_pressure()
    {
        (MemoryLink left, MemoryLink right) = Pair();
        Task<long> sent = Pattern.Source(1_000_000, 1000).RunWith(left.Outgoing, Materializer);
        // 65 whole chunks fit into 64 KiB, one more waits.
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore + 66, () => $"{Chunk.Outstanding} chunks wait");
        Assert.False(sent.IsCompleted);
        Assert.Equal(1_000_000, await right.Incoming.RunWith(Pattern.Sink(), Materializer).Soon());
        Assert.Equal(1_000_000, await sent.Soon());
    }

    [Fact]
    public async Task MemoryLink_must_report_an_early_end_to_the_sender()
    {
        (MemoryLink left, MemoryLink right) = Pair();
        Task<SentBytes> sent = Pattern.Source(1_000_000).RunWith(left.OutgoingWatched(TimeSpan.FromHours(1)), Materializer);
        right.Dispose();
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
    }

    [Fact]
    public async Task MemoryLink_must_reset_both_directions_when_it_is_aborted()
    {
        (MemoryLink left, MemoryLink right) = Pair();
        Task<long> sent = Pattern.Source(1_000_000).RunWith(left.Outgoing, Materializer);
        Task<long> back = left.Incoming.RunWith(Pattern.Sink(), Materializer);
        right.Abort();
        await FaultOf(sent, ByteLinkFault.PeerReset);
        await FaultOf(back, ByteLinkFault.PeerReset);
    }

    [Fact]
    public async Task MemoryLink_must_let_the_watching_sender_succeed_when_the_peer_ends_after_all_bytes()
    {
        (MemoryLink left, MemoryLink right) = Pair();
        Task<SentBytes> sent = Pattern.Source(1000).RunWith(left.OutgoingWatched(TimeSpan.FromHours(1)), Materializer);
        Assert.Equal(1000, await right.Incoming.RunWith(Pattern.Sink(), Materializer).Soon());
        Assert.False(sent.IsCompleted);
        right.Dispose();
        Assert.Equal(1000, (await sent.Soon()).Bytes);
    }

    private (MemoryLink Left, MemoryLink Right) Pair()
    {
        (MemoryLink left, MemoryLink right) = MemoryLink.CreatePair();
        return (Own(left), Own(right));
    }
}
