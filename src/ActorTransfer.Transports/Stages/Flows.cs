using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Stages between the source and the sink of a transfer. Each passes chunks on, one at a time and in order, and disposes those that it
/// drops.
/// </summary>
internal static class Flows
{
    /// <summary>
    /// Fails with <see cref="LengthException"/> as soon as more than <paramref name="expected"/> bytes arrive, or when the stream
    /// completes with less.
    /// </summary>
    public static Flow<Chunk, Chunk, NotUsed> LengthLimit(long expected) =>
        Flow.FromGraph(new LengthLimit(expected, isExact: true, LengthFault.TooLong));

    /// <summary>Fails with <see cref="LengthException"/> as soon as more than <paramref name="most"/> bytes arrive.</summary>
    /// <param name="most">The number.</param>
    /// <param name="isAnnounced">The sender announced it; otherwise it is the limit of a stream whose length is unknown.</param>
    public static Flow<Chunk, Chunk, NotUsed> AtMost(long most, bool isAnnounced) =>
        Flow.FromGraph(new LengthLimit(most, isExact: false, isAnnounced ? LengthFault.TooLong : LengthFault.AboveLimit));

    /// <summary>
    /// Value: SHA-256 of all bytes as lower-case hex once the upstream has completed; the upstream's failure when it failed; cancelled when
    /// the downstream cancelled.
    /// </summary>
    public static Flow<Chunk, Chunk, Task<string?>> Sha256() => Flow.FromGraph(new Sha256Stage());

    /// <summary>Limits the average to the given rate, with bursts of at most a tenth of a second.</summary>
    /// <param name="bytesPerSecond">At least 1; omit the stage for no limit.</param>
    /// <param name="clock">Measures elapsed time; the system's when null. Delays run on the scheduler of the actor system.</param>
    public static Flow<Chunk, Chunk, NotUsed> RateLimit(long bytesPerSecond, TimeProvider? clock = null) =>
        Flow.FromGraph(new RateLimit(bytesPerSecond, clock ?? TimeProvider.System));

    /// <summary>Limits the average of all streams with these buckets to their rates. Chunks pass whole: use small ones for a smooth rate.</summary>
    /// <param name="buckets">Each chunk is charged to each of these.</param>
    /// <param name="clock">As above.</param>
    public static Flow<Chunk, Chunk, NotUsed> RateLimit(ImmutableArray<TokenBucket> buckets, TimeProvider? clock = null) =>
        Flow.FromGraph(new RateLimit(buckets, clock ?? TimeProvider.System));

    /// <summary>
    /// Reports the bytes so far: at the first, then at most once per interval while they change, and the total at the end of any kind.
    /// </summary>
    /// <param name="interval">Minimum interval between two reports.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="report">Called on the thread of the stream: must be quick, so send a message.</param>
    public static Flow<Chunk, Chunk, NotUsed> Progress(TimeSpan interval, TimeProvider clock, Action<long> report) =>
        Flow.FromGraph(new Progress(interval, clock, report));

    /// <summary>As <see cref="Progress"/>, and pauses and limits the stream, see <see cref="ControlledFlow"/>.</summary>
    public static Flow<Chunk, Chunk, NotUsed> Controlled(TimeSpan interval, TimeProvider clock, Action<long> report, FlowControl control) =>
        Flow.FromGraph(new ControlledFlow(interval, clock, report, control));

    /// <summary>
    /// Completes when nothing was received for <paramref name="wait"/> (at least half of it) after all bytes: some peers leave closing the
    /// connection to the other side. Place it next to the link, so that later stages see a regular end.
    /// </summary>
    /// <param name="wait">Longer than zero.</param>
    /// <param name="isFull">Whether all bytes were received; called on the thread of the stream.</param>
    /// <param name="over">Ends the wait; completes on any thread.</param>
    public static Flow<Chunk, Chunk, NotUsed> TailWait(TimeSpan wait, Func<bool> isFull, Task over) => Flow.FromGraph(new TailWait(wait, isFull, over));
}
