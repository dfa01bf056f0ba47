using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Relaying;

/// <summary>Settings of a relay.</summary>
/// <param name="ReportInterval">Minimum interval between two reports of a direction.</param>
internal sealed record RelayTerms(TimeSpan ReportInterval)
{
    /// <summary>
    /// Maximum share of one second's rate per chunk, so that a slow stream sends several times a second, even when it shares the rate.
    /// </summary>
    private const int ChunksPerSecond = 64;

    private const int SmallestChunk = 4096;

    /// <summary>
    /// Interval at which the stream of two sockets is checked: when nothing has moved since the last check, it ends until there is something to read.
    /// </summary>
    public TimeSpan QuietInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Maximum bytes of one direction that are moved without a stream since it was parked, so that the poller's thread serves many pairs; 0 = none.
    /// </summary>
    public int DirectBytes { get; init; } = 64 * 1024;

    /// <summary>Each chunk of either direction is charged to each of these.</summary>
    public ImmutableArray<TokenBucket> Buckets { get; init; } = [];

    /// <summary>Maximum bytes of a chunk that stays in the kernel: what the slowest rate permits.</summary>
    internal int LargestChunk(SocketLink link)
    {
        int largest = Math.Max(link.ChunkSize, KernelPipe.Capacity);
        if (Buckets.IsEmpty)
        {
            return largest;
        }

        long slowest = Buckets.Select(bucket => bucket.BytesPerSecond).Where(rate => rate > 0).DefaultIfEmpty(long.MaxValue).Min();
        return (int)Math.Clamp(slowest / ChunksPerSecond, SmallestChunk, largest);
    }
}

/// <summary>The reports of a relay.</summary>
internal abstract record RelayEvent
{
    private RelayEvent()
    {
    }

    /// <summary>Bytes relayed: reported at most once an interval, and not for shorter relays.</summary>
    /// <param name="FromFirst">The direction.</param>
    /// <param name="Bytes">Total of the direction so far.</param>
    public sealed record Moved(bool FromFirst, long Bytes) : RelayEvent;

    /// <summary>A direction ended; reported once for each.</summary>
    /// <param name="FromFirst">The direction.</param>
    /// <param name="Bytes">Total of the direction.</param>
    /// <param name="Fault">Null: the end of the bytes was relayed to the other link.</param>
    public sealed record Ended(bool FromFirst, long Bytes, Exception? Fault) : RelayEvent;
}

/// <summary>Connects two links in both directions.</summary>
internal static class Relay
{
    /// <summary>
    /// Starts to relay. The caller disposes the links, which ends what still runs. It must do so when both directions have ended: that may
    /// be what signals the last end to a peer.
    /// </summary>
    /// <param name="first">One end.</param>
    /// <param name="second">The other.</param>
    /// <param name="terms">How.</param>
    /// <param name="materializer">Runs the streams.</param>
    /// <param name="report">Called on the thread of the stream: send a message.</param>
    public static void Run(IByteLink first, IByteLink second, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> report)
    {
        if (first is SocketLink one && second is SocketLink other)
        {
            new SocketRelay(one, other, terms, materializer, report).Start();
            return;
        }

        Direct(first, second, fromFirst: true, terms, materializer, report);
        Direct(second, first, fromFirst: false, terms, materializer, report);
    }

    private static void Direct(IByteLink from, IByteLink to, bool fromFirst, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> report)
    {
        var total = 0L;
        var counted = from.Incoming.Via(Flows.Progress(terms.ReportInterval, TimeProvider.System, bytes =>
        {
            if (bytes != total)
            {
                total = bytes;
                report(new RelayEvent.Moved(fromFirst, bytes));
            }
        }));
        if (!terms.Buckets.IsEmpty)
        {
            counted = counted.Via(Flows.RateLimit(terms.Buckets));
        }

        _ = ReportAsync(counted.ToMaterialized(to.Outgoing, Keep.Right).Run(materializer), fromFirst, report);
    }

    private static async Task ReportAsync(Task<long> ending, bool fromFirst, Action<RelayEvent> report)
    {
        try
        {
            report(new RelayEvent.Ended(fromFirst, await ending.ConfigureAwait(false), null));
        }
#pragma warning disable CA1031 // any failure of the stream is reported
        catch (Exception fault)
#pragma warning restore CA1031
        {
            report(new RelayEvent.Ended(fromFirst, 0, fault));
        }
    }
}
