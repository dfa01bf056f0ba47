using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>What a sender can know about its bytes when the peer ends.</summary>
public abstract class SocketOutgoingEndTests(bool bySystemCalls) : SocketOutgoingTest(bySystemCalls)
{
    private readonly bool _bySystemCalls = bySystemCalls;

    public sealed class Portable() : SocketOutgoingEndTests(bySystemCalls: false);

    public sealed class BySystemCalls() : SocketOutgoingEndTests(bySystemCalls: true);

    [Fact]
    public async Task Unacknowledged_bytes_after_the_peers_close_must_be_a_failure()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        LossyNetwork.Drop(peer);
        peer.Shutdown(SocketShutdown.Send);
        Task<SentBytes> sent = Pattern.Source(10_000).RunWith(link.OutgoingWatched(Short), Materializer);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
    }

    [Fact]
    public async Task Reset_while_bytes_are_in_flight_must_be_a_failure()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        LossyNetwork.Drop(peer);
        Task<SentBytes> sent = await HandedOverAsync(link, 10_000);
        peer.Close(0);
        await FaultOf(sent, ByteLinkFault.PeerReset);
    }

    [Fact]
    public async Task Close_before_the_bytes_arrive_must_be_a_failure()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        LossyNetwork.Drop(peer);
        Task<SentBytes> sent = await HandedOverAsync(link, 10_000);
        peer.Shutdown(SocketShutdown.Send);
        peer.Close(0);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
    }

    [Fact]
    public async Task Late_delivery_after_a_half_close_must_be_a_success()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        LossyNetwork.Drop(peer);
        Task<SentBytes> sent = await HandedOverAsync(link, 10_000);
        peer.Shutdown(SocketShutdown.Send);
        LossyNetwork.Restore(peer);
        Pattern.Check(await peer.ReadToEndAsync().Soon(), 0);
        Assert.Equal(Delivery.PeerClosed, (await sent.Soon()).Delivery);
    }

    [Fact]
    public async Task Close_after_reading_all_must_be_reported_as_closed()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(3_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
        Pattern.Check(await peer.ReadToEndAsync().Soon(), 0);
        peer.Dispose();
        Assert.Equal(new SentBytes(3_000_000, Delivery.PeerClosed), await sent.Soon());
    }

    [Fact]
    public async Task Close_before_the_end_is_sent_must_be_reported_as_handed_over()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        (SourceScript source, Task<SentBytes> sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Long), Keep.Both).Run(Materializer);
        source.Send([1, 2, 3]);
        Assert.Equal([1, 2, 3], await peer.ReadAsync(3).Soon());
        peer.Shutdown(SocketShutdown.Send);
        await Eventually.HoldsAsync(() => TcpState.HasEnded(link.Channel.Handle), () => "the peer's end did not arrive");
        source.Complete();
        Assert.Equal(new SentBytes(3, Delivery.HandedOver), await sent.Soon());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_after_the_last_acknowledgement_must_be_reported_as_reset(bool reads)
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = await HandedOverAsync(link, 1000);
        if (reads)
        {
            Assert.Equal(1000, (await peer.ReadToEndAsync().Soon()).Length);
            peer.Close(0);
        }
        else
        {
            await peer.ReadAsync(1).Soon();
            peer.SafeHandle.Dispose(); // closed with unread bytes, which is a reset
        }

        Assert.Equal(new SentBytes(1000, Delivery.PeerReset), await sent.Soon());
    }

    [Fact]
    public async Task Peer_that_never_closes_must_be_reported_as_handed_over()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(1000).RunWith(link.OutgoingWatched(Short), Materializer);
        Assert.Equal(1000, (await peer.ReadToEndAsync().Soon()).Length);
        Assert.Equal(new SentBytes(1000, Delivery.HandedOver), await sent.Soon());
    }

    [Fact]
    public async Task Late_close_without_reading_must_be_a_failure()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 4 * 1024);
        Task<SentBytes> sent = await HandedOverAsync(link, 600_000);
        await peer.ReadAsync(1000).Soon();
        Assert.False(sent.IsCompleted);
        peer.Close(0);
        await FaultOf(sent, ByteLinkFault.PeerReset);
    }

    /// <summary>A FIN and a reset are both in flight then, and timing decides which is seen first.</summary>
    [Fact]
    public async Task Close_during_a_transfer_must_always_be_reported_as_a_close()
    {
        for (int round = 0; round < 100; round++)
        {
            (Socket near, Socket far) = await SocketPair.CreateAsync(receiveBuffer: 16 * 1024);
            (SocketLink link, SocketLink peer) = (Link(near), Link(far));
            Task<SentBytes> sent = Pattern.Source(16_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
            await peer.ClosedBeforeDataAsync(CancellationToken.None).Soon();
            peer.Dispose();
            ByteLinkException fault = await Assert.ThrowsAsync<ByteLinkException>(() => sent.Soon());
            (ByteLinkFault, string) closed = (ByteLinkFault.PeerClosedEarly, SocketErrors.Closed);
            if (_bySystemCalls || fault.Fault != ByteLinkFault.PeerReset)
            {
                Assert.Equal(closed, (fault.Fault, fault.Message));
            }

            link.Dispose();
        }
    }
}
