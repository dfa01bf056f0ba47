using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// What may stand between the source and the sink of a transfer. Each passes chunks on, one at a time and in order, and disposes
/// those that it does not pass on.
/// </summary>
internal static class Flows
{
    /// <summary>
    /// Fails with <see cref="LengthException"/> as soon as more than <paramref name="expected"/> bytes arrive, or when the stream
    /// completes with less.
    /// </summary>
    public static Flow<Chunk, Chunk, NotUsed> LengthLimit(long expected) => Flow.FromGraph(new LengthLimit(expected));

    /// <summary>
    /// Value: SHA-256 of all bytes as lower-case hex once the upstream has completed; the upstream's failure when it failed;
    /// cancelled when the downstream wanted no more.
    /// </summary>
    public static Flow<Chunk, Chunk, Task<string>> Sha256() => Flow.FromGraph(new Sha256Stage());

    /// <summary>Holds the average at the given rate, with bursts of at most a tenth of a second.</summary>
    /// <param name="bytesPerSecond">At least 1; leave the stage out for no limit.</param>
    /// <param name="clock">Measures elapsed time; the system's when null. Delays run on the scheduler of the actor system.</param>
    public static Flow<Chunk, Chunk, NotUsed> RateLimit(long bytesPerSecond, TimeProvider? clock = null) =>
        Flow.FromGraph(new RateLimit(bytesPerSecond, clock ?? TimeProvider.System));

    /// <summary>Holds the average of all streams that use these buckets at their rates. Chunks pass whole: small ones make it smooth.</summary>
    /// <param name="buckets">Each chunk takes from each.</param>
    /// <param name="clock">As above.</param>
    public static Flow<Chunk, Chunk, NotUsed> RateLimit(ImmutableArray<TokenBucket> buckets, TimeProvider? clock = null) =>
        Flow.FromGraph(new RateLimit(buckets, clock ?? TimeProvider.System));

    /// <summary>Reports the bytes so far: at the first, then at most once each interval while they change, and the total at the end of any kind.</summary>
    /// <param name="interval">Shortest time between two reports.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="report">Called in the thread of the stream: must be quick, and say a message rather than do work.</param>
    public static Flow<Chunk, Chunk, NotUsed> Progress(TimeSpan interval, TimeProvider clock, Action<long> report) =>
        Flow.FromGraph(new Progress(interval, clock, report));

    /// <summary>
    /// Completes when nothing has come for <paramref name="wait"/> (at least half of it) although everything has: peers exist that leave
    /// the closing of the connection to the other side. Stands next to the link, so that the stages after it see a regular end.
    /// </summary>
    /// <param name="wait">Longer than zero.</param>
    /// <param name="isFull">Whether everything has come; asked on the thread of the stream.</param>
    /// <param name="over">Ends the wait; completes on any thread.</param>
    public static Flow<Chunk, Chunk, NotUsed> TailWait(TimeSpan wait, Func<bool> isFull, Task over) => Flow.FromGraph(new TailWait(wait, isFull, over));
}
