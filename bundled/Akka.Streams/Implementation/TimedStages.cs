using System.Diagnostics;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

internal abstract class TimedStage<T> : GraphStage<FlowShape<T, T>>
{
    private static readonly FlowShape<T, T> s_shape = new(new Inlet<T>("in"), new Outlet<T>("out"));

    public sealed override FlowShape<T, T> Shape => s_shape;

    public override string ToString() => GetType().Name;

    internal abstract class TimedLogic : TimerGraphStageLogic, IInHandler, IOutHandler
    {
        protected readonly Inlet<T> In = s_shape.Inlet;
        protected readonly Outlet<T> Out = s_shape.Outlet;

        protected TimedLogic()
            : base(s_shape)
        {
            SetHandler(In, this);
            SetHandler(Out, this);
        }

        public virtual void OnPush() => Push(Out, Grab(In));

        public virtual void OnUpstreamFinish() => CompleteStage();

        public void OnUpstreamFailure(Exception e) => FailStage(e);

        public void OnPull() => Pull(In);

        public void OnDownstreamFinish(Exception cause) => CancelStage(cause);
    }
}

internal enum TimeoutKind
{
    Initial,
    Completion,
    Idle,
}

internal sealed class TimeoutStage<T>(TimeSpan timeout, TimeoutKind kind) : TimedStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(timeout, kind);

    private sealed class Logic(TimeSpan timeout, TimeoutKind kind) : TimedLogic
    {
        private const string TimerKey = "timeout";
        private long _lastPush = Stopwatch.GetTimestamp();
        private bool _first = true;

        public override void PreStart()
        {
            if (kind == TimeoutKind.Idle)
            {
                // Looking at a clock now and then costs less than a timer started anew with each element.
                var interval = Math.Clamp(timeout.Ticks / 8, 100 * TimeSpan.TicksPerMillisecond, long.MaxValue);
                ScheduleRepeatedly(TimerKey, TimeSpan.FromTicks(Math.Min(interval, timeout.Ticks / 2)));
            }
            else
                ScheduleOnce(TimerKey, timeout);
        }

        public override void OnPush()
        {
            _first = false;
            if (kind == TimeoutKind.Idle)
                _lastPush = Stopwatch.GetTimestamp();

            Push(Out, Grab(In));
        }

        protected internal override void OnTimer(object timerKey)
        {
            switch (kind)
            {
                case TimeoutKind.Completion:
                    FailStage(new TimeoutException($"The stream has not ended within {timeout}"));
                    break;
                case TimeoutKind.Initial when _first:
                    FailStage(new TimeoutException($"The first element has not come within {timeout}"));
                    break;
                case TimeoutKind.Idle when Stopwatch.GetElapsedTime(_lastPush) > timeout:
                    FailStage(new TimeoutException($"No element has come within {timeout}"));
                    break;
            }
        }
    }
}

/// <summary>A token bucket: it fills by one token each <c>per / cost</c>, up to the burst, and elements pay their cost.</summary>
internal sealed class ThrottleStage<T> : TimedStage<T>
{
    private readonly long _ticksPerToken;
    private readonly int _burst;
    private readonly Func<T, int> _cost;
    private readonly bool _enforcing;

    public ThrottleStage(int cost, TimeSpan per, int maximumBurst, Func<T, int> calculateCost, ThrottleMode mode)
    {
        if (cost <= 0)
            throw new ArgumentException("The rate must be positive", nameof(cost));

        if (per.Ticks < cost)
            throw new ArgumentException("The rate must not exceed one unit a tick", nameof(per));

        if (mode == ThrottleMode.Enforcing && maximumBurst < 0)
            throw new ArgumentException("An enforced rate needs a burst of zero or more", nameof(maximumBurst));

        _ticksPerToken = per.Ticks / cost;
        _burst = maximumBurst;
        _cost = calculateCost;
        _enforcing = mode == ThrottleMode.Enforcing;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic(ThrottleStage<T> stage) : TimedLogic
    {
        private const string TimerKey = "throttle";
        private readonly long _start = Stopwatch.GetTimestamp();
        private long _tokens = stage._burst;
        private long _countedUntil;
        private T _waiting;
        private bool _isWaiting;
        private bool _finished;

        public override void OnPush()
        {
            var element = Grab(In);
            var delay = Pay(stage._cost(element));
            if (delay == TimeSpan.Zero)
                Push(Out, element);
            else if (stage._enforcing)
                throw new OverflowException("Elements come faster than the throttle allows");
            else
            {
                _waiting = element;
                _isWaiting = true;
                ScheduleOnce(TimerKey, delay);
            }
        }

        public override void OnUpstreamFinish()
        {
            if (_isWaiting)
                _finished = true;
            else
                CompleteStage();
        }

        protected internal override void OnTimer(object timerKey)
        {
            _isWaiting = false;
            var element = _waiting;
            _waiting = default;
            Push(Out, element);
            if (_finished)
                CompleteStage();
        }

        private TimeSpan Pay(int cost)
        {
            var now = Stopwatch.GetElapsedTime(_start).Ticks;
            var arrived = Math.Max(0, (now - _countedUntil) / stage._ticksPerToken);
            _countedUntil += arrived * stage._ticksPerToken;
            _tokens = Math.Min(_tokens + arrived, stage._burst);
            if (cost <= _tokens)
            {
                _tokens -= cost;
                return TimeSpan.Zero;
            }

            // Tokens come at whole multiples of their interval: what has passed of the current one counts.
            var ready = _countedUntil + (cost - _tokens) * stage._ticksPerToken;
            _tokens = 0;
            _countedUntil = ready;
            return TimeSpan.FromTicks(Math.Max(1, ready - now));
        }
    }
}
