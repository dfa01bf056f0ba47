using System.Net;
using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>Two links head to tail, as the proxy joins them.</summary>
public class RelayTests : StreamTest
{
    [Fact]
    public async Task Relay_must_bring_a_gibibyte_unchanged()
    {
        const long Length = 1L << 30;
        (SocketLink sender, SocketLink left) = await LinkPairAsync();
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Task<long> relayed = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(Length).RunWith(sender.Outgoing, Materializer);
        long[] moved = await Task.WhenAll(sent, relayed, received).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.All(moved, count => Assert.Equal(Length, count));
    }

    [Fact]
    public async Task Relay_must_carry_each_end_through_on_its_own()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync();
        Task<long> there = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task<long> back = right.Incoming.RunWith(left.Outgoing, Materializer);
        await a.WriteAsync([1, 2, 3]);
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal([1, 2, 3], await b.ReadToEndAsync().Soon());
        Assert.Equal(3, await there.Soon());

        await b.WriteAsync([4, 5]);
        Assert.Equal([4, 5], await a.ReadAsync(2).Soon());
        b.Shutdown(SocketShutdown.Send);
        Assert.Empty(await a.ReadToEndAsync().Soon());
        Assert.Equal(2, await back.Soon());
    }

    [Fact]
    public async Task Relay_must_report_a_reset_of_the_receiver_to_its_reader()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync();
        Task<long> there = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task writing = WriteUntilClosedAsync(a);
        await b.ReadAsync(100_000).Soon();
        b.Close(0);
        await FaultOf(there, ByteLinkFault.PeerReset);
        left.Dispose();
        await writing.Soon();
    }

    [Fact]
    public async Task Relay_must_be_slowed_by_its_reader_only_as_far_as_the_buffers_go()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync(receiveBuffer: 16 * 1024);
        Task<long> there = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task writing = a.WriteAsync(Pattern.Bytes(0, 64_000_000));
        Pattern.Check(await b.ReadAsync(1_000_000).Soon(), 0);
        Assert.False(writing.IsCompleted);
        Assert.InRange(Chunk.Outstanding - OutstandingBefore, 0, 1);
        Pattern.Check(await b.ReadAsync(63_000_000).Soon(), 1_000_000);
        await writing.Soon();
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal(64_000_000, await there.Soon());
    }

    [Fact]
    public async Task Relay_must_bring_bytes_unchanged_when_the_wire_cuts_them_into_pieces()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using RoughWire wire = RoughWire.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.PieceSize = 7;
        IByteLink sender = Own(await TcpConnector.ConnectAsync("127.0.0.1", wire.LocalEndPoint.Port, CancellationToken.None).Soon());
        SocketLink left = Own(new SocketLink(await listener.AcceptAsync(), ReadOnlyMemory<byte>.Empty));
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Task<long> relayed = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(200_000).RunWith(sender.Outgoing, Materializer);
        long[] moved = await Task.WhenAll(sent, relayed, received).Soon();
        Assert.All(moved, count => Assert.Equal(200_000, count));
    }

    [Fact]
    public async Task Relay_must_go_on_when_the_wire_was_held_up()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using RoughWire wire = RoughWire.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.Hold();
        IByteLink sender = Own(await TcpConnector.ConnectAsync("127.0.0.1", wire.LocalEndPoint.Port, CancellationToken.None).Soon());
        SocketLink receiver = Own(new SocketLink(await listener.AcceptAsync(), ReadOnlyMemory<byte>.Empty));
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(50_000).RunWith(sender.Outgoing, Materializer);
        await sent.Soon();
        Assert.False(received.IsCompleted);
        wire.ToTarget.Release();
        Assert.Equal(50_000, await received.Soon());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Link_must_tell_an_end_from_a_reset_when_the_wire_breaks(bool reset)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using RoughWire wire = RoughWire.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.ResetAfter = reset ? 10_000 : null;
        wire.ToTarget.CutAfter = reset ? null : 10_000;
        IByteLink sender = Own(await TcpConnector.ConnectAsync("127.0.0.1", wire.LocalEndPoint.Port, CancellationToken.None).Soon());
        SocketLink receiver = Own(new SocketLink(await listener.AcceptAsync(), ReadOnlyMemory<byte>.Empty));
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(10_000).RunWith(sender.OutgoingWatched(TimeSpan.FromHours(1)), Materializer);
        if (reset)
        {
            await FaultOf(received, ByteLinkFault.PeerReset);
        }
        else
        {
            Assert.Equal(10_000, await received.Soon());
        }

        Assert.Equal(10_000, await sent.Soon());
    }

    private static async Task WriteUntilClosedAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                await socket.WriteAsync(new byte[64 * 1024]);
            }
        }
        catch (SocketException)
        {
            // Closed, as the test wants it.
        }
    }

    private async Task<(Socket Far, SocketLink Link)> EndAsync(int? receiveBuffer = null)
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync(receiveBuffer);
        return (Own(far), Own(new SocketLink(near, ReadOnlyMemory<byte>.Empty)));
    }

    private async Task<(SocketLink Near, SocketLink Far)> LinkPairAsync()
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync();
        return (Own(new SocketLink(near, ReadOnlyMemory<byte>.Empty)), Own(new SocketLink(far, ReadOnlyMemory<byte>.Empty)));
    }
}
