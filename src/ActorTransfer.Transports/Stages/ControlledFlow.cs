using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Counts and reports as <see cref="Progress"/>, and pauses and limits the stream as its <see cref="FlowControl"/> says. While it is paused it requests
/// nothing and holds at most one chunk, which was requested before: a file is not read, and a socket fills until its peer stops. A limited stream passes
/// several slices a second, so that streams with a common limit take turns and none of them seems to stall. A chunk of a stream that is neither passes as it
/// is.
/// </summary>
internal sealed class ControlledFlow(TimeSpan interval, TimeProvider clock, Action<long> report, FlowControl control) : ChunkStage(nameof(ControlledFlow))
{
    public static GraphStageLogic CreateLogic(
        FlowShape<Chunk, Chunk> shape, TimeSpan interval, TimeProvider clock, Action<long> report, FlowControl control) =>
        new Logic(shape, interval, clock, report, control);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, interval, clock, report, control);

    private sealed class Logic : ProgressLogic
    {
        private const string Timer = "tokens";

        private readonly Inlet<Chunk> _in;
        private readonly Outlet<Chunk> _out;
        private readonly FlowControl _control;
        private TokenWait _wait;
        private Chunk? _held;
        private int _slice;

        public Logic(FlowShape<Chunk, Chunk> shape, TimeSpan interval, TimeProvider clock, Action<long> report, FlowControl control)
            : base(shape, interval, clock, report)
        {
            (_in, _out, _control) = (shape.Inlet, shape.Outlet, control);
            _wait = new TokenWait(clock);
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(_out, onPull: Continue);
        }

        public override void PreStart() => _control.Watch(GetAsyncCallback(Continue));

        public override void PostStop()
        {
            _held?.Dispose();
            base.PostStop();
        }

        protected override void OnTimer(object timerKey)
        {
            if (ReferenceEquals(timerKey, Timer))
            {
                Continue();
            }
            else
            {
                base.OnTimer(timerKey);
            }
        }

        private void OnPush()
        {
            var chunk = Grab(_in);
            if (ReferenceEquals(_control.Terms, FlowTerms.Free))
            {
                Pass(chunk);
                return;
            }

            _held = chunk;
            Continue();
        }

        private void OnUpstreamFinish()
        {
            if (_held is null)
            {
                CompleteStage();
            }
        }

        /// <summary>Demand, the end of a wait, or new terms.</summary>
        private void Continue()
        {
            var terms = _control.Terms;
            if (terms.IsPaused || !IsAvailable(_out))
            {
                return;
            }

            if (_held is null)
            {
                if (!HasBeenPulled(_in))
                {
                    Pull(_in);
                }

                return;
            }

            if (Reserve(_held, terms) is var wait && wait > TimeSpan.Zero)
            {
                ScheduleOnce(Timer, wait);
                return;
            }

            Pass(Take(_held));
            if (_held is null && IsClosed(_in))
            {
                CompleteStage();
            }
        }

        /// <summary>A slice is reserved once, and waited for until it may pass.</summary>
        private TimeSpan Reserve(Chunk held, FlowTerms terms)
        {
            if (_slice > 0)
            {
                return _wait.Rest(terms.Buckets);
            }

            _slice = Math.Min(held.Length, TokenBucket.Slice(terms.Buckets));
            return _wait.Reserve(terms.Buckets, _slice);
        }

        private Chunk Take(Chunk held)
        {
            var slice = _slice;
            _slice = 0;
            if (slice < held.Length)
            {
                return held.Split(slice);
            }

            _held = null;
            return held;
        }
    }
}
