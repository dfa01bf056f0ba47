using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>Two connected links, as in the proxy.</summary>
public abstract class RelayTests(bool bySystemCalls) : LinkTest(bySystemCalls)
{
    public sealed class Portable() : RelayTests(bySystemCalls: false);

    public sealed class BySystemCalls() : RelayTests(bySystemCalls: true);

    private readonly Channel<RelayEvent> _events = Channel.CreateUnbounded<RelayEvent>();

    [Fact]
    public async Task Relay_must_transfer_a_gibibyte_unchanged()
    {
        const long Length = 1L << 30;
        (SocketLink sender, SocketLink left) = await LinkPairAsync();
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Run(left, right);
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(Length).RunWith(sender.Outgoing, Materializer);
        long[] moved = await Task.WhenAll(sent, received).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.All(moved, count => Assert.Equal(Length, count));
        Assert.Equal(new RelayEvent.Ended(FromFirst: true, Length, Fault: null), await EndAsync(fromFirst: true));
    }

    [Fact]
    public async Task Relay_must_transfer_both_directions_concurrently_unchanged()
    {
        const long Length = 1L << 27;
        (SocketLink sender, SocketLink left) = await LinkPairAsync();
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Run(left, right);
        long[] moved = await Task.WhenAll(
            Pattern.Source(Length).RunWith(sender.Outgoing, Materializer),
            receiver.Incoming.RunWith(Pattern.Sink(), Materializer),
            Pattern.Source(Length).RunWith(receiver.Outgoing, Materializer),
            sender.Incoming.RunWith(Pattern.Sink(), Materializer)).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.All(moved, count => Assert.Equal(Length, count));
    }

    [Fact]
    public async Task Relay_must_relay_the_end_of_each_direction_separately()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync();
        Run(left, right);
        await a.WriteAsync([1, 2, 3]);
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal([1, 2, 3], await b.ReadToEndAsync().Soon());
        Assert.Equal(new RelayEvent.Ended(FromFirst: true, 3, Fault: null), await EndAsync(fromFirst: true));

        await b.WriteAsync([4, 5]);
        Assert.Equal([4, 5], await a.ReadAsync(2).Soon());
        b.Shutdown(SocketShutdown.Send);
        Assert.Empty(await a.ReadToEndAsync().Soon());
        Assert.Equal(new RelayEvent.Ended(FromFirst: false, 2, Fault: null), await EndAsync(fromFirst: false));
    }

    [Fact]
    public async Task Relay_must_report_a_reset_of_the_receiver_to_its_reader()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync();
        Run(left, right);
        Task writing = WriteUntilClosedAsync(a);
        await b.ReadAsync(100_000).Soon();
        b.Close(0);
        ByteLinkException fault = Assert.IsType<ByteLinkException>((await EndAsync(fromFirst: true)).Fault);
        Assert.Equal(ByteLinkFault.PeerReset, fault.Fault);
        left.Dispose();
        await writing.Soon();
    }

    [Fact]
    public async Task Relay_must_deliver_bytes_in_the_kernel_after_its_owner_closed_the_links()
    {
        const int Length = 150_000;
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync(receiveBuffer: 16 * 1024);
        Run(left, right);
        b.Shutdown(SocketShutdown.Send);
        Assert.Empty(await a.ReadToEndAsync().Soon());
        await a.WriteAsync(Pattern.Bytes(0, Length));
        a.Close();
        Assert.Equal(new RelayEvent.Ended(FromFirst: true, Length, Fault: null), await EndAsync(fromFirst: true));
        await Eventually.HoldsAsync(() => right.IsClosed, () => "the owner has not closed the link"); // more than the reader's buffer can hold
        byte[] received = await b.ReadToEndAsync().Soon();
        Assert.Equal(Length, received.Length);
        Pattern.Check(received, 0);
    }

    [Fact]
    public async Task Relay_must_deliver_received_bytes_when_the_sender_resets()
    {
        const int Length = 150_000;
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync(receiveBuffer: 16 * 1024);
        Run(left, right, interval: TimeSpan.Zero);
        await a.WriteAsync(Pattern.Bytes(0, Length));
        while (await _events.Reader.ReadAsync().AsTask().Soon() is not RelayEvent.Moved { Bytes: Length })
        {
            // More is in flight.
        }

        a.Close(0);
        ByteLinkException fault = Assert.IsType<ByteLinkException>((await EndAsync(fromFirst: true)).Fault);
        Assert.Equal(ByteLinkFault.PeerReset, fault.Fault);
        Pattern.Check(await b.ReadAsync(Length).Soon(), 0);
    }

    [Fact]
    public async Task Relay_must_end_both_directions_when_its_owner_closes_the_links()
    {
        (_, SocketLink left) = await EndAsync();
        (_, SocketLink right) = await EndAsync();
        Run(left, right);
        left.Dispose();
        right.Dispose();
        Assert.IsType<ByteLinkException>((await EndAsync(fromFirst: true)).Fault);
        Assert.IsType<ByteLinkException>((await EndAsync(fromFirst: false)).Fault);
    }

    [Fact]
    public async Task Relay_must_report_bytes_after_an_interval()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (_, SocketLink right) = await EndAsync();
        Run(left, right, interval: TimeSpan.Zero);
        await a.WriteAsync([1]);
        Assert.Equal(new RelayEvent.Moved(FromFirst: true, 1), await _events.Reader.ReadAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Watch_must_report_when_the_peer_closes_and_not_when_it_sends()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync();
        TaskCompletionSource leftLeft = new();
        right.WatchClose(() => Assert.Fail("The peer has spoken."));
        left.WatchClose(leftLeft.SetResult);
        await b.WriteAsync([1]);
        a.Close();
        await leftLeft.Task.Soon();
        using Chunk word = await right.Incoming.RunWith(Sink.First<Chunk>(), Materializer).Soon();
        Assert.Equal([1], word.Span.ToArray());
    }

    [Fact]
    public async Task Relay_must_apply_back_pressure_when_the_buffers_are_full()
    {
        (Socket a, SocketLink left) = await EndAsync();
        (Socket b, SocketLink right) = await EndAsync(receiveBuffer: 16 * 1024);
        Run(left, right);
        Task writing = a.WriteAsync(Pattern.Bytes(0, 64_000_000));
        Pattern.Check(await b.ReadAsync(1_000_000).Soon(), 0);
        Assert.False(writing.IsCompleted);
        Assert.InRange(Chunk.Outstanding - OutstandingBefore, 0, 1);
        Pattern.Check(await b.ReadAsync(63_000_000).Soon(), 1_000_000);
        await writing.Soon();
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal(64_000_000, (await EndAsync(fromFirst: true)).Bytes);
    }

    [Fact]
    public async Task Relay_must_transfer_bytes_unchanged_when_the_network_splits_them()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using FaultyNetwork wire = FaultyNetwork.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.PieceSize = 7;
        IByteLink sender = await ConnectAsync(wire.LocalEndPoint);
        SocketLink left = Link(await listener.AcceptAsync());
        (SocketLink right, SocketLink receiver) = await LinkPairAsync();
        Task<long> relayed = left.Incoming.RunWith(right.Outgoing, Materializer);
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> sent = Pattern.Source(200_000).RunWith(sender.Outgoing, Materializer);
        long[] moved = await Task.WhenAll(sent, relayed, received).Soon();
        Assert.All(moved, count => Assert.Equal(200_000, count));
    }

    [Fact]
    public async Task Relay_must_continue_after_a_network_delay()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using FaultyNetwork wire = FaultyNetwork.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.Hold();
        IByteLink sender = await ConnectAsync(wire.LocalEndPoint);
        SocketLink receiver = Link(await listener.AcceptAsync());
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
    public async Task Link_must_distinguish_an_end_from_a_reset_when_the_network_fails(bool reset)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using FaultyNetwork wire = FaultyNetwork.To((IPEndPoint)listener.LocalEndPoint!);
        wire.ToTarget.ResetAfter = reset ? 10_000 : null;
        wire.ToTarget.CutAfter = reset ? null : 10_000;
        IByteLink sender = await ConnectAsync(wire.LocalEndPoint);
        SocketLink receiver = Link(await listener.AcceptAsync());
        Task<long> received = receiver.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<SentBytes> sent = Pattern.Source(10_000).RunWith(sender.OutgoingWatched(TimeSpan.FromHours(1)), Materializer);
        if (reset)
        {
            await FaultOf(received, ByteLinkFault.PeerReset);
        }
        else
        {
            Assert.Equal(10_000, await received.Soon());
        }

        Assert.Equal(10_000, (await sent.Soon()).Bytes);
    }

    /// <summary>Like an owner: closes both links when both directions have ended.</summary>
    private void Run(IByteLink first, IByteLink second, TimeSpan? interval = null)
    {
        var ends = 0;
        Relay.Run(first, second, new RelayTerms(interval ?? TimeSpan.FromHours(1)), Materializer, said =>
        {
            _events.Writer.TryWrite(said);
            if (said is RelayEvent.Ended && Interlocked.Increment(ref ends) == 2)
            {
                first.Dispose();
                second.Dispose();
            }
        });
    }

    private async Task<RelayEvent.Ended> EndAsync(bool fromFirst)
    {
        while (true)
        {
            if (await _events.Reader.ReadAsync().AsTask().Soon() is RelayEvent.Ended ended && ended.FromFirst == fromFirst)
            {
                return ended;
            }
        }
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
            // Closed by the test.
        }
    }

    private async Task<(Socket Far, SocketLink Link)> EndAsync(int? receiveBuffer = null)
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync(receiveBuffer);
        return (Own(far), Link(near));
    }

    private async Task<(SocketLink Near, SocketLink Far)> LinkPairAsync()
    {
        (Socket near, Socket far) = await SocketPair.CreateAsync();
        return (Link(near), Link(far));
    }

    private async Task<IByteLink> ConnectAsync(IPEndPoint at)
    {
        SocketChannel channel = await TcpConnector.ConnectChannelAsync(at.Address.ToString(), at.Port, allowed: null, CancellationToken.None).Soon();
        return Own(new SocketLink(channel, ReadOnlyMemory<byte>.Empty, Chunk.DefaultSize));
    }
}
