using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

public abstract class SocketIncomingTests(bool bySystemCalls) : LinkTest(bySystemCalls)
{
    public sealed class Portable() : SocketIncomingTests(bySystemCalls: false);

    public sealed class BySystemCalls() : SocketIncomingTests(bySystemCalls: true);

    [Fact]
    public async Task Incoming_must_deliver_every_byte_and_complete_when_the_peer_ends()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<long> received = link.Incoming.RunWith(Pattern.Sink(), Materializer);
        await peer.WriteAsync(Pattern.Bytes(0, 3_000_000));
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(3_000_000, await received.Soon());
    }

    [Fact]
    public async Task Incoming_must_complete_empty_when_the_peer_sends_nothing()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await link.Incoming.RunWith(Pattern.Sink(), Materializer).Soon());
    }

    [Fact]
    public async Task Incoming_must_begin_with_the_early_bytes()
    {
        (Socket near, Socket peer) = await SocketPair.CreateAsync();
        Own(peer);
        SocketLink link = Link(near, new byte[] { 1, 2, 3 });
        await peer.WriteAsync([4, 5]);
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2, 3], await sink.NextAsync().Soon());
        Assert.Equal([4, 5], await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Incoming_must_hold_no_chunk_when_it_waits()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Task<byte[]?> first = await sink.DemandAsync();
        await peer.WriteAsync([1]);
        Assert.Equal([1], await first.Soon());

        // A second demand after a first result: the stage has seen "would block" before it waits again.
        Task<byte[]?> second = await sink.DemandAsync();
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore, () => "a waiting link holds a chunk");
        Assert.False(second.IsCompleted);
        await peer.WriteAsync([2]);
        Assert.Equal([2], await second.Soon());
    }

    [Fact]
    public async Task Incoming_must_read_nothing_without_demand()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Task writing = peer.WriteAsync(Pattern.Bytes(0, 16_000_000));
        await sink.NextAsync().Soon();
        Assert.Equal(OutstandingBefore, Chunk.Outstanding);
        Assert.False(writing.IsCompleted);
        await sink.CancelAsync();
        link.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => writing.Soon());
    }

    [Fact]
    public async Task Incoming_must_start_with_small_chunks_and_grow()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task writing = peer.WriteAsync(Pattern.Bytes(0, 8_000_000));
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        byte[]? first = await sink.NextAsync().Soon();
        Assert.InRange(first!.Length, 1, 4096);
        int largest = 0;
        for (int seen = first.Length; seen < 8_000_000;)
        {
            byte[]? next = await sink.NextAsync().Soon();
            Pattern.Check(next, seen);
            seen += next!.Length;
            largest = Math.Max(largest, next.Length);
        }

        await writing;
        Assert.InRange(largest, 64 * 1024, Chunk.DefaultSize);
    }

    [Fact]
    public async Task Incoming_must_fail_when_the_peer_resets()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<long> received = link.Incoming.RunWith(Pattern.Sink(), Materializer);
        peer.Close(0);
        await FaultOf(received, ByteLinkFault.PeerReset);
    }

    [Fact]
    public async Task Incoming_must_fail_when_the_link_is_disposed_while_it_waits()
    {
        for (int round = 0; round < 100; round++)
        {
            (SocketLink link, _) = await LinkAsync();
            SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
            Task<byte[]?> next = await sink.DemandAsync();
            link.Dispose();
            await FaultOf(next, ByteLinkFault.LocalFailure);
        }
    }

    [Fact]
    public async Task Incoming_must_fail_when_the_link_is_disposed_without_demand()
    {
        (SocketLink link, _) = await LinkAsync();
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        link.Dispose();
        await FaultOf(sink.Ended, ByteLinkFault.LocalFailure);
    }

    [Fact]
    public async Task Incoming_must_leave_the_link_open_when_it_is_cancelled()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        _ = await sink.DemandAsync();
        await sink.CancelAsync();
        await sink.Ended.ContinueWith(_ => { }, TaskScheduler.Default).Soon();

        Assert.Equal(10, await Pattern.Source(10).RunWith(link.Outgoing, Materializer).Soon());
        Assert.Equal(Pattern.Bytes(0, 10), await peer.ReadToEndAsync().Soon());
    }

    [Fact]
    public async Task Incoming_must_be_read_by_one_stream_only()
    {
        (SocketLink link, _) = await LinkAsync();
        _ = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Task<long> second = link.Incoming.RunWith(Pattern.Sink(), Materializer);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.Soon());
    }

    [Fact]
    public async Task Incoming_must_end_when_the_actor_system_terminates()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        _ = await sink.DemandAsync();
        await System.Terminate().Soon();
        await peer.WriteAsync([1]); // the abandoned wait completes now without a receiver
        link.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => sink.Ended.Soon());
    }

    private async Task<(SocketLink Link, Socket Peer)> LinkAsync(int? receiveBuffer = null)
    {
        (Socket far, Socket near) = await SocketPair.CreateAsync(receiveBuffer);
        return (Link(near), Own(far));
    }
}
