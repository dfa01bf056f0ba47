using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Ends a stream whose bytes have all arrived but that does not end by itself.</summary>
internal sealed class TailWait : ChunkStage
{
    private readonly TimeSpan _wait;
    private readonly Func<bool> _isFull;

    private readonly Task _over;

    public TailWait(TimeSpan wait, Func<bool> isFull, Task over)
        : base(nameof(TailWait))
    {
        _wait = wait;
        _isFull = isFull;
        _over = over;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    /// <summary>One slow timer that checks twice, rather than one that restarts with each chunk.</summary>
    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Timer = "tail";

        private readonly TailWait _stage;
        private bool _quiet;

        public Logic(TailWait stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush);
            SetHandler(stage.Out, onPull: () => Pull(stage.In));
        }

        public override void PreStart()
        {
            ScheduleRepeatedly(Timer, _stage._wait / 2);
            _ = EndAfterAsync(GetAsyncCallback(CompleteStage));
        }

        protected override void OnTimer(object timerKey)
        {
            if (_quiet && _stage._isFull())
            {
                CompleteStage();
            }

            _quiet = true;
        }

        private async Task EndAfterAsync(Action end)
        {
            await _stage._over.ConfigureAwait(false);
            end();
        }

        private void OnPush()
        {
            _quiet = false;
            Push(_stage.Out, Grab(_stage.In));
        }
    }
}
