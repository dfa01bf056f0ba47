using System.Collections.Immutable;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A rate limit that many streams share. Bytes are taken on credit and the debt is waited for, each stream after those before it, so the
/// average is exact and the streams take turns, whatever the timer resolution. At most a tenth of a second of unused rate is kept: a pause
/// permits no burst. Thread-safe.
/// </summary>
/// <param name="clock">Measures elapsed time.</param>
/// <param name="bytesPerSecond">0 = no limit.</param>
internal sealed class TokenBucket(TimeProvider clock, long bytesPerSecond)
{
    private const double BurstSeconds = 0.1;
    private const double LongestWaitSeconds = 3600;
    private const int SlicesPerSecond = 8;
    private const int SmallestSlice = 512;

    private readonly Lock _gate = new();
    private double _tokens;
    private long _filledAt = clock.GetTimestamp();
    private long _bytesPerSecond = bytesPerSecond;

    /// <summary>
    /// May change while streams use the bucket; 0 = no limit. Debts stay the same number of bytes, and are cancelled with the limit.
    /// </summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set
        {
            lock (_gate)
            {
                Fill(BytesPerSecond);
                _tokens = value > 0 ? _tokens : 0;
                Volatile.Write(ref _bytesPerSecond, value);
            }
        }
    }

    /// <summary>Maximum bytes that a stream with these limits passes at once, so that it passes some several times a second.</summary>
    public static int Slice(ImmutableArray<TokenBucket> buckets)
    {
        var slice = int.MaxValue;
        foreach (var bucket in buckets)
        {
            slice = bucket.BytesPerSecond is > 0 and var rate ? (int)Math.Clamp(rate / SlicesPerSecond, SmallestSlice, slice) : slice;
        }

        return slice;
    }

    /// <summary>
    /// Takes this many bytes, on credit if necessary, and returns how long the caller must wait before it takes again. 0 bytes: only
    /// returns that.
    /// </summary>
    public TimeSpan Take(long bytes) => Take(bytes, ofBefore: false);

    /// <summary>Takes this many bytes, on credit if necessary, and returns how long they must wait for those taken before.</summary>
    public TimeSpan Reserve(long bytes) => Take(bytes, ofBefore: true);

    private TimeSpan Take(long bytes, bool ofBefore)
    {
        if (BytesPerSecond <= 0)
        {
            return TimeSpan.Zero;
        }

        lock (_gate)
        {
            var rate = BytesPerSecond;
            if (rate <= 0)
            {
                return TimeSpan.Zero;
            }

            Fill(rate);
            var before = _tokens;
            _tokens -= bytes;
            var debt = -(ofBefore ? before : _tokens);
            return debt > 0 ? TimeSpan.FromSeconds(Math.Min(debt / rate, LongestWaitSeconds)) : TimeSpan.Zero;
        }
    }

    private void Fill(long rate)
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(_tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * rate), rate * BurstSeconds);
        _filledAt = now;
    }
}
