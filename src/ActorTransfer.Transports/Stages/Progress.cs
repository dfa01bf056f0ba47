using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Counts bytes and reports the total: at the first bytes, at intervals, and once more at the end of any kind. Bytes before a pause are
/// reported too, an interval later, so that a first byte is always reported.
/// </summary>
internal sealed class Progress : ChunkStage
{
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly Action<long> _report;

    public Progress(TimeSpan interval, TimeProvider clock, Action<long> report)
        : base(nameof(Progress))
    {
        _interval = interval;
        _clock = clock;
        _report = report;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Rest = "rest";

        private readonly Progress _stage;
        private long _total;
        private long _reported;
        private long _reportedAt;
        private bool _restIsDue;

        public Logic(Progress stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush);
            SetHandler(stage.Out, onPull: () => Pull(stage.In));
        }

        public override void PostStop() => _stage._report(_total);

        protected override void OnTimer(object timerKey)
        {
            _restIsDue = false;
            if (_total != _reported)
            {
                Report(_stage._clock.GetTimestamp());
            }
        }

        private void OnPush()
        {
            Chunk chunk = Grab(_stage.In);
            _total += chunk.Length;
            Push(_stage.Out, chunk);

            long now = _stage._clock.GetTimestamp();
            if (_reported == 0 || _stage._clock.GetElapsedTime(_reportedAt, now) >= _stage._interval)
            {
                Report(now);
            }
            else if (!_restIsDue)
            {
                _restIsDue = true;
                ScheduleOnce(Rest, _stage._interval);
            }
        }

        private void Report(long now)
        {
            _reportedAt = now;
            _reported = _total;
            _stage._report(_total);
        }
    }
}
