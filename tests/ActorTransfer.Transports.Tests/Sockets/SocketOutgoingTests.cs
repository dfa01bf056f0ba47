using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

public abstract class SocketOutgoingTests(bool bySystemCalls) : SocketOutgoingTest(bySystemCalls)
{
    public sealed class Portable() : SocketOutgoingTests(bySystemCalls: false);

    public sealed class BySystemCalls() : SocketOutgoingTests(bySystemCalls: true);

    [Fact]
    public async Task Outgoing_must_send_every_byte_and_end_its_direction_only()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SinkScript<byte[]> back = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Task<long> sent = Pattern.Source(3_000_000).RunWith(link.Outgoing, Materializer);
        byte[] received = await peer.ReadToEndAsync().Soon();
        Pattern.Check(received, 0);
        Assert.Equal(3_000_000, received.Length);
        Assert.Equal(3_000_000, await sent.Soon());

        await peer.WriteAsync([9]);
        Assert.Equal([9], await back.NextAsync().Soon());
    }

    [Fact]
    public async Task Outgoing_must_end_its_direction_without_bytes()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SourceScript source = ScriptedSource.Create().ToMaterialized(link.Outgoing, Keep.Left).Run(Materializer);
        source.Complete();
        Assert.Empty(await peer.ReadToEndAsync().Soon());
    }

    [Fact]
    public async Task Outgoing_must_wait_for_a_slow_reader_with_one_chunk()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        Task<long> sent = Pattern.Source(16_000_000).RunWith(link.Outgoing, Materializer);
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore + 1, () => "no chunk is waiting");
        byte[] first = await peer.ReadAsync(1000).Soon();
        Pattern.Check(first, 0);
        Assert.False(sent.IsCompleted);
        byte[] rest = await peer.ReadToEndAsync().Soon();
        Pattern.Check(rest, 1000);
        Assert.Equal(16_000_000, await sent.Soon());
    }

    [Fact]
    public async Task Outgoing_must_fail_when_the_peer_resets_while_it_waits()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        Task<long> sent = Pattern.Source(16_000_000).RunWith(link.Outgoing, Materializer);
        await peer.ReadAsync(1000).Soon();
        peer.Close(0);
        await FaultOf(sent, ByteLinkFault.PeerReset);
    }

    [Fact]
    public async Task Outgoing_must_not_lose_a_reset_among_bytes_that_move()
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
            Task<long> sent = Pattern.Source(16_000_000).RunWith(link.Outgoing, Materializer);
            await peer.ReadAsync(100_000).Soon();
            peer.Close(0);
            await FaultOf(sent, ByteLinkFault.PeerReset);
        }
    }

    [Fact]
    public async Task Outgoing_must_fail_when_the_link_is_disposed_while_it_waits()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        Task<long> sent = Pattern.Source(16_000_000).RunWith(link.Outgoing, Materializer);
        await peer.ReadAsync(1000).Soon();
        link.Dispose();
        await FaultOf(sent, ByteLinkFault.LocalFailure);
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore, () => "the chunk in flight was not released");
    }

    [Fact]
    public async Task Outgoing_must_fail_when_the_link_is_disposed_while_there_is_nothing_to_send()
    {
        (SocketLink link, _) = await LinkAsync();
        (SourceScript source, Task<long> sent) = ScriptedSource.Create().ToMaterialized(link.Outgoing, Keep.Both).Run(Materializer);
        link.Dispose();
        await FaultOf(sent, ByteLinkFault.LocalFailure);
        Assert.IsType<ByteLinkException>(await source.Stopped.Soon());
    }

    [Fact]
    public async Task Outgoing_must_not_signal_an_end_when_its_upstream_fails()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        (SourceScript source, Task<long> sent) = ScriptedSource.Create().ToMaterialized(link.Outgoing, Keep.Both).Run(Materializer);
        source.Send([1]);
        Assert.Equal([1], await peer.ReadAsync(1).Soon());
        source.Fail(new InvalidDataException("upstream"));
        Assert.Equal("upstream", (await Assert.ThrowsAsync<InvalidDataException>(() => sent.Soon())).Message);

        Task<int> read = peer.ReceiveAsync(new byte[1]);
        link.Abort();
        await Assert.ThrowsAsync<SocketException>(() => read.Soon());
    }

    [Fact]
    public async Task Outgoing_must_fault_and_release_when_the_actor_system_terminates()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        Task<long> sent = Pattern.Source(16_000_000).RunWith(link.Outgoing, Materializer);
        await peer.ReadAsync(1000).Soon();
        await System.Terminate().Soon();
        await FaultOf(sent, ByteLinkFault.LocalFailure);
        link.Dispose();
        await Eventually.HoldsAsync(() => Chunk.Outstanding == OutstandingBefore, () => "the chunk in flight was not released");
    }

    [Fact]
    public async Task Outgoing_must_be_written_by_one_stream_only()
    {
        (SocketLink link, _) = await LinkAsync();
        _ = ScriptedSource.Create().RunWith(link.Outgoing, Materializer);
        Task<SentBytes> second = ScriptedSource.Create().RunWith(link.OutgoingWatched(TimeSpan.FromSeconds(1)), Materializer);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.Soon());
    }

    [Fact]
    public async Task Abort_must_reset_the_connection()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        link.Abort();
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => peer.ReadToEndAsync().Soon());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Dispose_must_close_the_connection_in_order_when_streams_wait()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Task<byte[]?> next = await sink.DemandAsync();
        link.Dispose();
        Assert.Empty(await peer.ReadToEndAsync().Soon());
        await FaultOf(next, ByteLinkFault.LocalFailure);
    }
}
