using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Counts bytes and reports the total: at the first bytes, at intervals, and once more at the end of any kind. Bytes before a pause are
/// reported too, an interval later, so that a first byte is always reported.
/// </summary>
internal sealed class Progress(TimeSpan interval, TimeProvider clock, Action<long> report) : ChunkStage(nameof(Progress))
{
    public static GraphStageLogic CreateLogic(FlowShape<Chunk, Chunk> shape, TimeSpan interval, TimeProvider clock, Action<long> report) =>
        new Logic(shape, interval, clock, report);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, interval, clock, report);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Rest = "rest";

        private readonly FlowShape<Chunk, Chunk> _shape;
        private readonly TimeSpan _interval;
        private readonly TimeProvider _clock;
        private readonly Action<long> _report;
        private long _total;
        private long _reported;
        private long _reportedAt;
        private bool _restIsDue;

        public Logic(FlowShape<Chunk, Chunk> shape, TimeSpan interval, TimeProvider clock, Action<long> report)
            : base(shape)
        {
            (_shape, _interval, _clock, _report) = (shape, interval, clock, report);
            SetHandler(shape.Inlet, onPush: OnPush);
            SetHandler(shape.Outlet, onPull: () => Pull(shape.Inlet));
        }

        public override void PostStop() => _report(_total);

        protected override void OnTimer(object timerKey)
        {
            _restIsDue = false;
            if (_total != _reported)
            {
                Report(_clock.GetTimestamp());
            }
        }

        private void OnPush()
        {
            Chunk chunk = Grab(_shape.Inlet);
            _total += chunk.Length;
            Push(_shape.Outlet, chunk);

            long now = _clock.GetTimestamp();
            if (_reported == 0 || _clock.GetElapsedTime(_reportedAt, now) >= _interval)
            {
                Report(now);
            }
            else if (!_restIsDue)
            {
                _restIsDue = true;
                ScheduleOnce(Rest, _interval);
            }
        }

        private void Report(long now)
        {
            _reportedAt = now;
            _reported = _total;
            _report(_total);
        }
    }
}
