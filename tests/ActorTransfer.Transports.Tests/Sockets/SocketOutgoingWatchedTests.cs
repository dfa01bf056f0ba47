using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

public abstract class SocketOutgoingWatchedTests(bool bySystemCalls) : SocketOutgoingTest(bySystemCalls)
{
    public sealed class Portable() : SocketOutgoingWatchedTests(bySystemCalls: false);

    public sealed class BySystemCalls() : SocketOutgoingWatchedTests(bySystemCalls: true);

    [Fact]
    public async Task Watched_must_succeed_when_the_peer_ends_after_all_bytes()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(3_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
        Pattern.Check(await peer.ReadToEndAsync().Soon(), 0);
        Assert.False(sent.IsCompleted);
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(3_000_000, (await sent.Soon()).Bytes);
    }

    [Fact]
    public async Task Watched_must_fail_at_once_when_the_peer_ends_while_bytes_are_pending()
    {
        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
        Task<SentBytes> sent = Pattern.Source(16_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
        await peer.ReadAsync(1000).Soon();
        peer.Shutdown(SocketShutdown.Send);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
        link.Dispose();
    }

    [Fact]
    public async Task Watched_must_fail_when_there_is_more_to_send_after_the_peer_ended()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        (SourceScript source, Task<SentBytes> sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Long), Keep.Both).Run(Materializer);
        source.Send([1]);
        Assert.Equal([1], await peer.ReadAsync(1).Soon());
        peer.Shutdown(SocketShutdown.Send);
        await Eventually.HoldsAsync(
            () =>
            {
                source.Send([2]);
                return sent.IsCompleted;
            },
            () => "the end is not seen");
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
    }

    [Fact]
    public async Task Watched_must_fail_when_the_peer_ended_and_the_upstream_stays_silent()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        (SourceScript source, Task<SentBytes> sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Long), Keep.Both).Run(Materializer);
        peer.Shutdown(SocketShutdown.Send);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
        Assert.NotNull(await source.Stopped.Soon());
    }

    [Fact]
    public async Task Watched_must_succeed_when_the_peer_receives_all_and_closes_before_the_upstream_completes()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        (SourceScript source, Task<SentBytes> sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Long), Keep.Both).Run(Materializer);
        source.Send([1, 2, 3]);
        Assert.Equal([1, 2, 3], await peer.ReadAsync(3).Soon());
        peer.Dispose();
        source.Complete();
        Assert.Equal(3, (await sent.Soon()).Bytes);
    }

    [Fact]
    public async Task Watched_must_succeed_when_the_peer_resets_after_receiving_all()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(100_000).RunWith(link.OutgoingWatched(Long), Materializer);
        Assert.Equal(100_000, (await peer.ReadToEndAsync().Soon()).Length);
        peer.Close(0);
        Assert.Equal(100_000, (await sent.Soon()).Bytes);
    }

    [Fact]
    public async Task Watched_must_fail_when_the_peer_resets_while_bytes_are_unsent()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux reports the unsent bytes
        }

        (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 4 * 1024);
        Task<SentBytes> sent = await HandedOverAsync(link, 600_000);
        peer.Close(0);
        await FaultOf(sent, ByteLinkFault.PeerReset);
    }

    [Fact]
    public async Task Watched_must_fail_when_the_peer_resets_while_bytes_are_pending()
    {
        // The kernel reports the reset once, to the pending read or to the pending write.
        for (int round = 0; round < 100; round++)
        {
            (SocketLink link, Socket peer) = await LinkAsync(receiveBuffer: 16 * 1024);
            Task<SentBytes> sent = Pattern.Source(16_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
            await peer.ReadAsync(1000).Soon();
            peer.Close(0);
            await FaultOf(sent, ByteLinkFault.PeerReset);
            link.Dispose();
        }
    }

    [Fact]
    public async Task Watched_must_succeed_when_the_peer_receives_all_and_never_ends()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(1000).RunWith(link.OutgoingWatched(Short), Materializer);
        Assert.Equal(1000, (await peer.ReadToEndAsync().Soon()).Length);
        Assert.Equal(1000, (await sent.Soon()).Bytes);
    }

    [Fact]
    public async Task Watched_must_fail_when_the_peer_stops_reading()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux reports the unsent bytes
        }

        (SocketLink link, _) = await LinkAsync(receiveBuffer: 4 * 1024);
        Task<SentBytes> sent = Pattern.Source(600_000).RunWith(link.OutgoingWatched(Short), Materializer);
        await FaultOf(sent, ByteLinkFault.PeerStalled);
    }

    [Fact]
    public async Task Watched_must_drop_bytes_of_the_peer()
    {
        (SocketLink link, Socket peer) = await LinkAsync();
        Task<SentBytes> sent = Pattern.Source(16_000_000).RunWith(link.OutgoingWatched(Long), Materializer);
        Task chatter = peer.WriteAsync(new byte[4_000_000]);
        Assert.Equal(16_000_000, (await peer.ReadToEndAsync().Soon()).Length);
        await chatter.Soon();
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(16_000_000, (await sent.Soon()).Bytes);
    }

    [Fact]
    public async Task Watched_must_fail_when_the_link_is_disposed_while_it_lingers()
    {
        // Closing ends the pending read, too; the fault must be the same whichever the stage receives first.
        for (int round = 0; round < 100; round++)
        {
            (SocketLink link, Socket peer) = await LinkAsync();
            Task<SentBytes> sent = Pattern.Source(1000).RunWith(link.OutgoingWatched(Long), Materializer);
            Assert.Equal(1000, (await peer.ReadToEndAsync().Soon()).Length);
            link.Dispose();
            await FaultOf(sent, ByteLinkFault.LocalFailure);
        }
    }
}
