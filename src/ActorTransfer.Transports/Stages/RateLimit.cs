using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Token bucket. A chunk passes as soon as the bucket is not in debt and puts it in debt by its length, so the average is exact
/// whatever the granularity of the timer. Chunks that are large for the rate are cut, so a slow stream moves several times a second
/// and not once in a while. The bucket holds a tenth of a second at most: a pause does not buy a burst.
/// </summary>
internal sealed class RateLimit : ChunkStage
{
    private const double SlicesPerSecond = 8;
    private const double BurstSeconds = 0.1;
    private const int SmallestSlice = 512;

    private readonly long _bytesPerSecond;
    private readonly TimeProvider _clock;

    public RateLimit(long bytesPerSecond, TimeProvider clock)
        : base(nameof(RateLimit))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        _bytesPerSecond = bytesPerSecond;
        _clock = clock;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Timer = "tokens";

        private readonly RateLimit _stage;
        private readonly int _slice;
        private Chunk? _waiting;
        private double _tokens;
        private long _filledAt;

        public Logic(RateLimit stage)
            : base(stage.Shape)
        {
            _stage = stage;
            _slice = (int)Math.Clamp(stage._bytesPerSecond / SlicesPerSecond, SmallestSlice, int.MaxValue);
            SetHandler(stage.In, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(stage.Out, onPull: OnPull);
        }

        public override void PreStart() => _filledAt = _stage._clock.GetTimestamp();

        public override void PostStop() => _waiting?.Dispose();

        protected override void OnTimer(object timerKey) => Proceed();

        private void OnPull()
        {
            if (_waiting is null)
            {
                Pull(_stage.In);
            }
            else
            {
                Proceed();
            }
        }

        private void OnPush()
        {
            _waiting = Grab(_stage.In);
            Proceed();
        }

        private void OnUpstreamFinish()
        {
            if (_waiting is null)
            {
                CompleteStage();
            }
        }

        private void Proceed()
        {
            if (_waiting is null || !IsAvailable(_stage.Out) || IsTimerActive(Timer))
            {
                return;
            }

            Fill();
            if (_tokens < 0)
            {
                ScheduleOnce(Timer, TimeSpan.FromSeconds(-_tokens / _stage._bytesPerSecond));
                return;
            }

            Chunk next = TakeSlice();
            _tokens -= next.Length;
            Push(_stage.Out, next);
            if (_waiting is null && IsClosed(_stage.In))
            {
                CompleteStage();
            }
        }

        private void Fill()
        {
            long now = _stage._clock.GetTimestamp();
            double earned = _stage._clock.GetElapsedTime(_filledAt, now).TotalSeconds * _stage._bytesPerSecond;
            _filledAt = now;
            _tokens = Math.Min(_tokens + earned, _stage._bytesPerSecond * BurstSeconds);
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
    }
}
