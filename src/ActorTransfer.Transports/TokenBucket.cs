namespace ActorTransfer.Transports;

/// <summary>A rate that many streams share. Thread-safe.</summary>
/// <param name="clock">Measures elapsed time.</param>
/// <param name="bytesPerSecond">0 = no limit.</param>
public sealed class TokenBucket(TimeProvider clock, long bytesPerSecond)
{
    private readonly Lock _gate = new();
    private double _tokens;
    private long _filledAt = clock.GetTimestamp();
    private long _bytesPerSecond = bytesPerSecond;

    /// <summary>May change while streams use the bucket; 0 = no limit.</summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    /// <summary>Takes so many bytes, in debt if need be, and says how long the caller must wait before it takes again.</summary>
    public TimeSpan Take(long bytes)
    {
        var rate = BytesPerSecond;
        if (rate <= 0)
        {
            return TimeSpan.Zero;
        }

        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(_tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * rate), rate * 0.1) - bytes;
            _filledAt = now;
            return _tokens < 0 ? TimeSpan.FromSeconds(-_tokens / rate) : TimeSpan.Zero;
        }
    }
}
