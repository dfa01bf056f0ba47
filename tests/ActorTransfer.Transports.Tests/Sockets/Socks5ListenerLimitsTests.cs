using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>Limits of the listener, and connections beyond them.</summary>
public abstract class Socks5ListenerLimitsTests(bool bySystemCalls) : Socks5Test(bySystemCalls)
{
    public sealed class Portable() : Socks5ListenerLimitsTests(bySystemCalls: false);

    public sealed class BySystemCalls() : Socks5ListenerLimitsTests(bySystemCalls: true);

    [Fact]
    public async Task Listener_must_limit_concurrent_handshakes()
    {
        await using Socks5Listener listener = Listen(maxHandshakes: 1, time: new FakeTimeProvider());
        using Socket first = await ConnectRawAsync(listener);
        await first.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await first.ReadAsync(2).Soon());
        using Socket second = await ConnectRawAsync(listener);
        await second.WriteAsync([5, 1, 0]);
        Assert.Equal(1, listener.ConnectionsAccepted);

        await first.WriteAsync(Request);
        Own((await ArrivalAsync()).Grant());
        Assert.Equal([5, 0], await second.ReadAsync(2).Soon());
        Assert.Equal(2, listener.ConnectionsAccepted);
    }

    [Fact]
    public async Task Listener_must_close_the_oldest_handshake_after_its_minimum_time_when_others_wait()
    {
        FakeTimeProvider time = new();
        await using Socks5Listener listener = Listen(maxHandshakes: 1, time: time);
        using Socket silent = await ConnectRawAsync(listener);
        await Eventually.HoldsAsync(() => listener.HandshakesPending == 1, () => "it is not accepted");
        using Socket second = await ConnectRawAsync(listener);
        await second.WriteAsync([5, 1, 0]);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, listener.HandshakesTimedOut);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(1)); // the listener may set its timer between two steps
                return listener.HandshakesTimedOut == 1;
            },
            () => "the oldest handshake is not closed");
        await AssertClosedAsync(silent);
        Assert.Equal([5, 0], await second.ReadAsync(2).Soon());
    }

    [Fact]
    public async Task Listener_must_keep_its_handshakes_when_no_connection_waits()
    {
        FakeTimeProvider time = new();
        await using Socks5Listener listener = Listen(maxHandshakes: 1, time: time);
        using Socket slow = await ConnectRawAsync(listener);
        await slow.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await slow.ReadAsync(2).Soon());
        time.Advance(s_deadline - TimeSpan.FromMilliseconds(1));
        await slow.WriteAsync(Request);
        Own((await ArrivalAsync()).Grant());
    }

    [Fact]
    public async Task Arrival_must_keep_its_slot_until_the_decision()
    {
        FakeTimeProvider time = new();
        await using Socks5Listener listener = Listen(maxHandshakes: 1, time: time);
        using Socket first = await ConnectRawAsync(listener);
        await first.WriteAsync([5, 1, 0, .. Request]);
        Socks5Arrival arrival = await ArrivalAsync();
        using Socket second = await ConnectRawAsync(listener);
        await second.WriteAsync([5, 1, 0]);
        time.Advance(s_deadline);
        Assert.Equal(1, listener.ConnectionsAccepted);
        Own(arrival.Grant());
        Assert.Equal([5, 0], await second.ReadAsync(2).Soon());
    }

    [Fact]
    public async Task Arrival_must_be_refused_when_its_listener_ends_before_the_decision()
    {
        Socks5Listener listener = Listen();
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        await ArrivalAsync();
        await listener.DisposeAsync().AsTask().Soon();
        Assert.Equal(2, (await Assert.ThrowsAsync<Socks5RefusedException>(() => connecting.Soon())).Code);
    }

    [Fact]
    public async Task Listener_must_free_its_port_at_once_when_it_is_disposed()
    {
        for (int round = 0; round < 20; round++)
        {
            Socks5Listener listener = Listen();
            ValueTask ending = listener.DisposeAsync();
            await using Socks5Listener next = Listen(port: listener.LocalEndPoint.Port);
            await ending;
        }
    }

    [Fact]
    public async Task Listener_must_serve_many_at_once()
    {
        const int Clients = 200;
        await using Socks5Listener listener = Listen(maxHandshakes: 16, time: new FakeTimeProvider()); // no handshake is old, even on a slow machine
        Task<IByteLink>[] connecting = [.. Enumerable.Range(0, Clients).Select(_ => ConnectAsync(listener.LocalEndPoint))];
        for (int arrived = 0; arrived < Clients; arrived++)
        {
            Own((await ArrivalAsync()).Grant());
        }

        foreach (Task<IByteLink> connection in connecting)
        {
            Own(await connection.Soon());
        }
    }
}
