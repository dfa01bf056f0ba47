using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Ends a stream whose bytes have all arrived but that does not end by itself.</summary>
internal sealed class TailWait(TimeSpan wait, Func<bool> isFull, Task over) : ChunkStage(nameof(TailWait))
{
    public static GraphStageLogic CreateLogic(FlowShape<Chunk, Chunk> shape, TimeSpan wait, Func<bool> isFull, Task over) =>
        new Logic(shape, wait, isFull, over);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, wait, isFull, over);

    /// <summary>One slow timer that checks twice, rather than one that restarts with each chunk.</summary>
    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Timer = "tail";

        private readonly FlowShape<Chunk, Chunk> _shape;
        private readonly TimeSpan _wait;
        private readonly Func<bool> _isFull;
        private readonly Task _over;
        private bool _quiet;

        public Logic(FlowShape<Chunk, Chunk> shape, TimeSpan wait, Func<bool> isFull, Task over)
            : base(shape)
        {
            (_shape, _wait, _isFull, _over) = (shape, wait, isFull, over);
            SetHandler(shape.Inlet, onPush: OnPush);
            SetHandler(shape.Outlet, onPull: () => Pull(shape.Inlet));
        }

        public override void PreStart()
        {
            ScheduleRepeatedly(Timer, _wait / 2);
            _ = EndAfterAsync(GetAsyncCallback(CompleteStage));
        }

        protected override void OnTimer(object timerKey)
        {
            if (_quiet && _isFull())
            {
                CompleteStage();
            }

            _quiet = true;
        }

        private async Task EndAfterAsync(Action end)
        {
            await _over.ConfigureAwait(false);
            end();
        }

        private void OnPush()
        {
            _quiet = false;
            Push(_shape.Outlet, Grab(_shape.Inlet));
        }
    }
}
