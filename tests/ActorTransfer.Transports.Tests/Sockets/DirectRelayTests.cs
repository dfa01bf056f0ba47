using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Relaying;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>A relay that moves a few bytes on the thread of the poller, and many in a stream.</summary>
public sealed class DirectRelayTests : SocketRelayTest
{
    private const int DirectBytes = 10_000;

    [Fact]
    public async Task Few_bytes_and_both_ends_must_be_relayed_without_a_stream()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(directBytes: DirectBytes);
        await a.WriteAsync([1, 2]);
        Assert.Equal([1, 2], await b.ReadAsync(2).Soon());
        await b.WriteAsync([3]);
        Assert.Equal([3], await a.ReadAsync(1).Soon());
        a.Shutdown(SocketShutdown.Send);
        Assert.Empty(await b.ReadToEndAsync().Soon());
        await b.WriteAsync([4, 5]);
        b.Shutdown(SocketShutdown.Send);
        Assert.Equal([4, 5], await a.ReadToEndAsync().Soon());
        await EndedAsync();
        Assert.False(relay.IsRunning);
        Assert.Equal([new RelayEvent.Ended(FromFirst: true, 2, Fault: null), new RelayEvent.Ended(FromFirst: false, 3, Fault: null)], Events);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    public async Task Many_bytes_must_continue_in_a_stream_without_a_loss(int atOnce)
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(TimeSpan.FromHours(1), DirectBytes);
        byte[] bytes = Bytes(300_000);
        Task<byte[]> received = b.ReadToEndAsync();
        foreach (byte[] part in bytes.Chunk(atOnce))
        {
            await a.WriteAsync(part);
        }

        await Eventually.HoldsAsync(() => relay.IsRunning, () => "no stream");
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await received.Soon());
        b.Shutdown(SocketShutdown.Send);
        await EndedAsync();
        Assert.Contains(new RelayEvent.Ended(FromFirst: true, bytes.Length, Fault: null), Events);
    }

    [Fact]
    public async Task Bytes_that_a_reader_does_not_take_must_wait_for_it_in_a_stream()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(TimeSpan.FromHours(1), int.MaxValue, buffer: 4096);
        using MemoryStream sent = new();
        while (!relay.IsRunning)
        {
            byte[] part = Bytes(4_001);
            await a.WriteAsync(part).Soon();
            sent.Write(part);
            await Eventually.HoldsAsync(() => relay.IsRunning || relay.Relayed(fromFirst: true) == sent.Length, () => "the bytes are not relayed");
        }

        Assert.NotEqual(sent.Length, relay.Relayed(fromFirst: true));
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent.ToArray(), await b.ReadToEndAsync().Soon());
        b.Shutdown(SocketShutdown.Send);
        await EndedAsync();
        Assert.Contains(new RelayEvent.Ended(FromFirst: true, sent.Length, Fault: null), Events);
    }

    [Fact]
    public async Task Direction_that_has_ended_before_the_stream_must_be_reported_once()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(TimeSpan.FromHours(1), DirectBytes);
        await a.WriteAsync([1]);
        a.Shutdown(SocketShutdown.Send);
        Assert.Equal([1], await b.ReadToEndAsync().Soon());
        byte[] bytes = Bytes(200_000);
        Task<byte[]> received = a.ReadToEndAsync();
        await b.WriteAsync(bytes);
        await Eventually.HoldsAsync(() => relay.IsRunning, () => "no stream");
        b.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await received.Soon());
        await EndedAsync();
        Assert.Equal(
            [new RelayEvent.Ended(FromFirst: true, 1, Fault: null), new RelayEvent.Ended(FromFirst: false, bytes.Length, Fault: null)], Events);
    }

    [Fact]
    public async Task Reset_before_any_stream_must_be_reported_as_such()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(directBytes: DirectBytes);
        await a.WriteAsync([1]);
        Assert.Equal([1], await b.ReadAsync(1).Soon());
        a.Close(0);
        await Eventually.HoldsAsync(() => !Events.IsEmpty, () => "no report");
        Assert.True(Events.TryPeek(out RelayEvent? first));
        RelayEvent.Ended ended = Assert.IsType<RelayEvent.Ended>(first);
        Assert.Equal((true, 1L, ByteLinkFault.PeerReset), (ended.FromFirst, ended.Bytes, Assert.IsType<ByteLinkException>(ended.Fault).Fault));
        await b.WriteAsync([2]);
        await EndedAsync();
        Assert.False(relay.IsRunning);
        Assert.Equal(ByteLinkFault.PeerReset, Assert.IsType<ByteLinkException>(Events.OfType<RelayEvent.Ended>().Last().Fault).Fault);
    }

    [Fact]
    public async Task Progress_must_be_reported_without_a_stream()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync(directBytes: DirectBytes, interval: TimeSpan.Zero);
        await a.WriteAsync([1, 2]);
        Assert.Equal([1, 2], await b.ReadAsync(2).Soon());
        await Eventually.HoldsAsync(() => Events.Contains(new RelayEvent.Moved(FromFirst: true, 2)), () => "no report");
        Assert.False(relay.IsRunning);
    }

    [Fact]
    public async Task Owner_that_closes_must_get_both_ends_without_a_stream()
    {
        (_, _, SocketRelay relay) = await StartAsync(directBytes: DirectBytes);
        relay.First.Dispose();
        relay.Second.Dispose();
        await EndedAsync();
        Assert.False(relay.IsRunning);
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(number => (byte)(number % 251))];
}
