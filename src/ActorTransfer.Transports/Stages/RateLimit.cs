using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Delays each chunk until all buckets permit it. Other streams may share the buckets, and their rates may change meanwhile: a wait is
/// re-evaluated several times a second. With a bucket of its own the stage splits chunks that are large for the rate, so that a slow stream
/// sends several times a second.
/// </summary>
internal sealed class RateLimit : ChunkStage
{
    private const int SlicesPerSecond = 8;
    private const int SmallestSlice = 512;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly ImmutableArray<TokenBucket> _buckets;
    private readonly TimeProvider _clock;
    private readonly int _slice;

    /// <summary>A rate limit of its own.</summary>
    public RateLimit(long bytesPerSecond, TimeProvider clock)
        : base(nameof(RateLimit))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        _buckets = [new TokenBucket(clock, bytesPerSecond)];
        _clock = clock;
        _slice = (int)Math.Clamp(bytesPerSecond / SlicesPerSecond, SmallestSlice, int.MaxValue);
    }

    /// <summary>Shared rate limits. Chunks pass whole, the only option for those whose bytes are not in memory.</summary>
    public RateLimit(ImmutableArray<TokenBucket> buckets, TimeProvider clock)
        : base(nameof(RateLimit))
    {
        _buckets = buckets;
        _clock = clock;
        _slice = int.MaxValue;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Timer = "tokens";

        private readonly RateLimit _stage;
        private Chunk? _waiting;
        private long _reservedAt;
        private TimeSpan _wait;

        public Logic(RateLimit stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(stage.Out, onPull: OnPull);
        }

        public override void PostStop() => _waiting?.Dispose();

        protected override void OnTimer(object timerKey)
        {
            TimeSpan left = _wait - _stage._clock.GetElapsedTime(_reservedAt);
            TimeSpan debt = TimeSpan.Zero;
            foreach (TokenBucket bucket in _stage._buckets)
            {
                debt = Longer(debt, bucket.Take(0));
            }

            PassOrWait(left < debt ? left : debt);
        }

        private void OnPull()
        {
            if (_waiting is null)
            {
                Pull(_stage.In);
            }
            else
            {
                Reserve(_waiting);
            }
        }

        private void OnPush() => Reserve(_waiting = Grab(_stage.In));

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
            int length = Math.Min(next.Length, _stage._slice);
            _wait = TimeSpan.Zero;
            foreach (TokenBucket bucket in _stage._buckets)
            {
                _wait = Longer(_wait, bucket.Reserve(length));
            }

            if (_wait > TimeSpan.Zero)
            {
                _reservedAt = _stage._clock.GetTimestamp();
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

            Push(_stage.Out, TakeSlice());
            if (_waiting is null && IsClosed(_stage.In))
            {
                CompleteStage();
            }
        }

        private Chunk TakeSlice()
        {
            Chunk whole = _waiting!;
            if (whole.Length <= _stage._slice)
            {
                _waiting = null;
                return whole;
            }

            Chunk slice = Chunk.CopyOf(whole.Span[.._stage._slice]);
            whole.Skip(_stage._slice);
            return slice;
        }

        private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }
}
