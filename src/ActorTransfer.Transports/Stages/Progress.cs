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
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new ProgressLogic(Shape, interval, clock, report);
}

/// <summary>The logic of <see cref="Progress"/>.</summary>
internal class ProgressLogic : TimerGraphStageLogic
{
    private const string Rest = "rest";

    private readonly Outlet<Chunk> _out;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly Action<long> _report;
    private long _total;
    private long _reported;
    private long _reportedAt;
    private bool _restIsDue;

    public ProgressLogic(FlowShape<Chunk, Chunk> shape, TimeSpan interval, TimeProvider clock, Action<long> report)
        : base(shape)
    {
        (_out, _interval, _clock, _report) = (shape.Outlet, interval, clock, report);
        SetHandler(shape.Inlet, onPush: () => Pass(Grab(shape.Inlet)));
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

    /// <summary>Counts and passes a chunk.</summary>
    protected void Pass(Chunk chunk)
    {
        _total += chunk.Length;
        Push(_out, chunk);

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
