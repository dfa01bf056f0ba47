using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>The logic of <see cref="RateLimit"/>.</summary>
internal sealed class RateLimitLogic : TimerGraphStageLogic
{
    private const string Timer = "tokens";
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly Inlet<Chunk> _in;
    private readonly Outlet<Chunk> _out;
    private readonly ImmutableArray<TokenBucket> _buckets;
    private readonly TimeProvider _clock;
    private readonly int _slice;
    private Chunk? _waiting;
    private long _reservedAt;
    private TimeSpan _wait;

    /// <param name="shape">Of the stage.</param>
    /// <param name="buckets">Each chunk is charged to each of these.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="slice">Maximum bytes that pass at once.</param>
    public RateLimitLogic(FlowShape<Chunk, Chunk> shape, ImmutableArray<TokenBucket> buckets, TimeProvider clock, int slice)
        : base(shape)
    {
        (_in, _out) = (shape.Inlet, shape.Outlet);
        (_buckets, _clock, _slice) = (buckets, clock, slice);
        SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
        SetHandler(_out, onPull: OnPull);
    }

    public override void PostStop() => _waiting?.Dispose();

    protected override void OnTimer(object timerKey)
    {
        TimeSpan left = _wait - _clock.GetElapsedTime(_reservedAt);
        TimeSpan debt = TimeSpan.Zero;
        foreach (TokenBucket bucket in _buckets)
        {
            debt = Longer(debt, bucket.Take(0));
        }

        PassOrWait(left < debt ? left : debt);
    }

    private void OnPull()
    {
        if (_waiting is null)
        {
            Pull(_in);
        }
        else
        {
            Reserve(_waiting);
        }
    }

    private void OnPush() => Reserve(_waiting = Grab(_in));

    private void OnUpstreamFinish()
    {
        if (_waiting is null)
        {
            CompleteStage();
        }
    }

    /// <summary>Only on demand, so that a chunk can be pushed at once.</summary>
    private void Reserve(Chunk next)
    {
        int length = Math.Min(next.Length, _slice);
        _wait = TimeSpan.Zero;
        foreach (TokenBucket bucket in _buckets)
        {
            _wait = Longer(_wait, bucket.Reserve(length));
        }

        if (_wait > TimeSpan.Zero)
        {
            _reservedAt = _clock.GetTimestamp();
        }

        PassOrWait(_wait);
    }

    private void PassOrWait(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            ScheduleOnce(Timer, wait < s_look ? wait : s_look);
            return;
        }

        Push(_out, TakeSlice());
        if (_waiting is null && IsClosed(_in))
        {
            CompleteStage();
        }
    }

    private Chunk TakeSlice()
    {
        Chunk whole = _waiting!;
        if (whole.Length <= _slice)
        {
            _waiting = null;
            return whole;
        }

        Chunk slice = Chunk.CopyOf(whole.Span[.._slice]);
        whole.Skip(_slice);
        return slice;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
