using System.Collections.Concurrent;
using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>Starts relays between two pairs of connected sockets, whose owner closes them after both ends, as the proxy does.</summary>
public abstract class SocketRelayTest() : LinkTest(bySystemCalls: true)
{
    private protected ConcurrentQueue<RelayEvent> Events { get; } = [];

    private protected static Task ParkedAsync(SocketRelay relay) => Eventually.HoldsAsync(() => !relay.IsRunning, () => "the relay is not parked");

    private protected Task EndedAsync() =>
        Eventually.HoldsAsync(() => Events.OfType<RelayEvent.Ended>().Count() == 2, () => $"ends are missing: {string.Join(", ", Events)}");

    /// <summary>By default every byte needs a stream.</summary>
    private protected async Task<(Socket A, Socket B, SocketRelay Relay)> StartAsync(
        TimeSpan? quiet = null, int directBytes = 0, TimeSpan? interval = null, int? buffer = null)
    {
        (Socket nearA, Socket farA) = await SocketPair.CreateAsync();
        (Socket nearB, Socket farB) = await SocketPair.CreateAsync(buffer);
        if (buffer is { } bytes)
        {
            nearB.SendBufferSize = bytes;
        }

        RelayTerms terms = new(interval ?? TimeSpan.FromHours(1)) { QuietInterval = quiet ?? TimeSpan.FromMilliseconds(20), DirectBytes = directBytes };
        (SocketLink first, SocketLink second, int ends) = (Link(nearA), Link(nearB), 0);
        SocketRelay relay = new(first, second, terms, Materializer, happened =>
        {
            Events.Enqueue(happened);
            if (happened is RelayEvent.Ended && Interlocked.Increment(ref ends) == 2)
            {
                first.Dispose(); // as its owner does
                second.Dispose();
            }
        });
        relay.Start();
        return (Own(farA), Own(farB), relay);
    }
}
