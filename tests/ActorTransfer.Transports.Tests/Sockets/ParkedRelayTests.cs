using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Relaying;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>A relay whose stream ends while nothing moves, and starts again.</summary>
public sealed class ParkedRelayTests : SocketRelayTest
{
    [Fact]
    public async Task Relay_must_start_its_stream_at_the_first_byte_of_either_side()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync();
        Assert.False(relay.IsRunning);
        await b.WriteAsync([1, 2]);
        Assert.Equal([1, 2], await a.ReadAsync(2).Soon());
        Assert.True(relay.IsRunning);
    }

    [Fact]
    public async Task Relay_must_park_when_nothing_moves_and_count_the_bytes_of_all_streams()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync();
        for (byte round = 0; round < 3; round++)
        {
            await a.WriteAsync([round, 7]);
            Assert.Equal([round, 7], await b.ReadAsync(2).Soon());
            await b.WriteAsync([round]);
            Assert.Equal([round], await a.ReadAsync(1).Soon());
            await ParkedAsync(relay);
        }

        Assert.Empty(Events);
        a.Shutdown(SocketShutdown.Send);
        Assert.Empty(await b.ReadToEndAsync().Soon());
        b.Shutdown(SocketShutdown.Send);
        Assert.Empty(await a.ReadToEndAsync().Soon());
        await EndedAsync();
        Assert.Contains(new RelayEvent.Ended(FromFirst: true, 6, Fault: null), Events);
        Assert.Contains(new RelayEvent.Ended(FromFirst: false, 3, Fault: null), Events);
    }

    [Fact]
    public async Task Relay_must_report_a_reset_that_comes_while_it_is_parked()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync();
        await a.WriteAsync([1]);
        Assert.Equal([1], await b.ReadAsync(1).Soon());
        await ParkedAsync(relay);
        a.Close(0);
        await Eventually.HoldsAsync(() => !Events.IsEmpty, () => "no report");
        Assert.True(Events.TryPeek(out RelayEvent? first));
        RelayEvent.Ended ended = Assert.IsType<RelayEvent.Ended>(first);
        Assert.Equal((true, 1L, ByteLinkFault.PeerReset), (ended.FromFirst, ended.Bytes, Assert.IsType<ByteLinkException>(ended.Fault).Fault));
    }

    [Fact]
    public async Task Owner_that_closes_a_parked_relay_must_get_both_ends()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync();
        await a.WriteAsync([1]);
        Assert.Equal([1], await b.ReadAsync(1).Soon());
        await ParkedAsync(relay);
        relay.First.Dispose();
        relay.Second.Dispose();
        await EndedAsync();
        Assert.Equal([1L, 0L], Events.Cast<RelayEvent.Ended>().OrderByDescending(ended => ended.FromFirst).Select(ended => ended.Bytes));
    }

    [Fact]
    public async Task Half_closed_relay_must_not_park()
    {
        (Socket a, Socket b, SocketRelay relay) = await StartAsync();
        a.Shutdown(SocketShutdown.Send);
        Assert.Empty(await b.ReadToEndAsync().Soon());
        for (var round = 0; round < 50; round++)
        {
            await b.WriteAsync([1]);
            Assert.Equal([1], await a.ReadAsync(1).Soon());
            Assert.True(relay.IsRunning);
        }
    }

    /// <summary>Bytes come at any moment of parking.</summary>
    [Fact]
    public async Task Relay_must_lose_no_byte_however_often_it_parks()
    {
        const int Rounds = 3_000;
        (Socket a, Socket b, _) = await StartAsync(TimeSpan.FromMilliseconds(1));
        Task<byte[]> toB = b.ReadAsync(Rounds);
        Task<byte[]> toA = a.ReadAsync(Rounds);
        await Task.WhenAll(SendAsync(a, new Random(1)), SendAsync(b, new Random(2)));
        Assert.Equal(Bytes(), await toB.Soon());
        Assert.Equal(Bytes(), await toA.Soon());
        a.Shutdown(SocketShutdown.Send);
        b.Shutdown(SocketShutdown.Send);
        await EndedAsync();
        Assert.All(Events.OfType<RelayEvent.Ended>(), ended => Assert.Equal((Rounds, (Exception?)null), ((int)ended.Bytes, ended.Fault)));

        static byte[] Bytes() => [.. Enumerable.Range(0, Rounds).Select(number => (byte)number)];

        static async Task SendAsync(Socket socket, Random random)
        {
            for (var number = 0; number < Rounds; number++)
            {
                await socket.WriteAsync([(byte)number]);
                if (random.Next(4) == 0)
                {
                    await Task.Delay(random.Next(3)); // not a wait for anything: the pace of a slow sender
                }
            }
        }
    }

    /// <summary>The sockets of both ends are included, with what .NET keeps for those of the test.</summary>
    [Fact]
    public async Task Parked_relay_must_retain_little_memory_also_when_it_has_moved_bytes()
    {
        const int Pairs = 200;
        await MoveAByteAsync(await StartAllAsync(20));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<(Socket A, Socket B, SocketRelay Relay)> pairs = await StartAllAsync(Pairs);
        await MoveAByteAsync(pairs);
        long first = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True((first - before) / Pairs < 4096, $"{(first - before) / Pairs} bytes each");

        // What each stream leaves grows every time; what the rest of the process allocates meanwhile does not.
        List<long> growths = [];
        for (long last = first; growths.Count < 5;)
        {
            await MoveAByteAsync(pairs);
            long next = GC.GetTotalMemory(forceFullCollection: true);
            growths.Add((next - last) / Pairs);
            last = next;
        }

        GC.KeepAlive(pairs);
        Assert.True(growths.Min() < 100, $"{string.Join(", ", growths)} bytes more each after another stream");

        async Task<List<(Socket A, Socket B, SocketRelay Relay)>> StartAllAsync(int count)
        {
            List<(Socket A, Socket B, SocketRelay Relay)> all = [];
            for (var number = 0; number < count; number++)
            {
                all.Add(await StartAsync());
            }

            return all;
        }

        static async Task MoveAByteAsync(List<(Socket A, Socket B, SocketRelay Relay)> all)
        {
            foreach ((Socket a, Socket b, SocketRelay relay) in all)
            {
                await a.WriteAsync([1]);
                await b.ReadAsync(1).Soon();
            }

            foreach ((_, _, SocketRelay relay) in all)
            {
                await ParkedAsync(relay);
            }
        }
    }
}
