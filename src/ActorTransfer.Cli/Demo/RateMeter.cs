using System.Globalization;

namespace ActorTransfer.Cli.Demo;

/// <summary>Rate and remaining time of a transfer, from what has moved since its first report.</summary>
internal sealed class RateMeter(long total, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private long _bytes;
    private TimeSpan _elapsed;

    public long Total { get; } = total;

    public void Report(long bytes)
    {
        lock (_gate)
        {
            (_bytes, _elapsed) = (bytes, time.GetElapsedTime(_began));
        }
    }

    /// <summary>For example <c>24 MB of 64 MB, 312.4 MB/s, 0:01 left</c>. MB = 10^6 bytes.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            var moved = $"{ByteSize.Format(_bytes)} of {ByteSize.Format(Total)}";
            if (_bytes == 0 || _elapsed <= TimeSpan.Zero)
            {
                return moved;
            }

            var rate = _bytes / _elapsed.TotalSeconds;
            var left = TimeSpan.FromSeconds(Math.Ceiling((Total - _bytes) / rate));
            return string.Create(CultureInfo.InvariantCulture, $"{moved}, {rate / 1e6:0.0} MB/s, {(int)left.TotalMinutes}:{left.Seconds:00} left");
        }
    }
}
