using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Counts what passes and reports the total now and then, and once more when the stream ends in whatever way.</summary>
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

    private sealed class Logic : GraphStageLogic
    {
        private readonly Progress _stage;
        private long _total;
        private long _reportedAt;

        public Logic(Progress stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush);
            SetHandler(stage.Out, onPull: () => Pull(stage.In));
        }

        public override void PreStart() => _reportedAt = _stage._clock.GetTimestamp();

        public override void PostStop() => _stage._report(_total);

        private void OnPush()
        {
            Chunk chunk = Grab(_stage.In);
            _total += chunk.Length;
            Push(_stage.Out, chunk);

            long now = _stage._clock.GetTimestamp();
            if (_stage._clock.GetElapsedTime(_reportedAt, now) >= _stage._interval)
            {
                _reportedAt = now;
                _stage._report(_total);
            }
        }
    }
}
