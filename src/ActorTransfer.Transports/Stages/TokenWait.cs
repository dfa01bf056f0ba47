using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// The wait of a stream for its share of some rate limits. Others may share them, and their rates may change meanwhile, so the wait is re-evaluated several
/// times a second.
/// </summary>
/// <param name="clock">Measures it.</param>
[StructLayout(LayoutKind.Auto)]
internal struct TokenWait(TimeProvider clock)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private long _since;
    private TimeSpan _wait;

    /// <summary>
    /// Takes these bytes from each bucket. Returns how long to wait until they may pass or <see cref="Rest"/> must be asked; 0 = they may pass.
    /// </summary>
    public TimeSpan Reserve(ImmutableArray<TokenBucket> buckets, int bytes)
    {
        _wait = TimeSpan.Zero;
        foreach (TokenBucket bucket in buckets)
        {
            _wait = Longer(_wait, bucket.Reserve(bytes));
        }

        if (_wait > TimeSpan.Zero)
        {
            _since = clock.GetTimestamp();
        }

        return Look(_wait);
    }

    /// <summary>The same for bytes that were reserved before.</summary>
    public readonly TimeSpan Rest(ImmutableArray<TokenBucket> buckets)
    {
        TimeSpan left = _wait - clock.GetElapsedTime(_since);
        TimeSpan debt = TimeSpan.Zero;
        foreach (TokenBucket bucket in buckets)
        {
            debt = Longer(debt, bucket.Take(0));
        }

        return Look(left < debt ? left : debt);
    }

    private static TimeSpan Look(TimeSpan wait) => wait < s_look ? wait : s_look;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
