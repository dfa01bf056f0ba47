using System.Collections.Immutable;
using Akka.Streams.Stage;
using Akka.Util;

namespace Akka.Streams.Implementation;

/// <summary>A stage with one inlet and one outlet. Stages of the same types share their ports: a blueprint costs one object.</summary>
internal abstract class FlowStage<TIn, TOut> : GraphStage<FlowShape<TIn, TOut>>
{
    private static readonly FlowShape<TIn, TOut> s_shape = new(new Inlet<TIn>("in"), new Outlet<TOut>("out"));

    public sealed override FlowShape<TIn, TOut> Shape => s_shape;

    public override string ToString() => GetType().Name;

    /// <summary>Passes pulls up, completion and failure down.</summary>
    internal abstract class FlowLogic : InAndOutGraphStageLogic
    {
        protected readonly Inlet<TIn> In = s_shape.Inlet;
        protected readonly Outlet<TOut> Out = s_shape.Outlet;

        protected FlowLogic()
            : base(s_shape) => SetHandlers(In, Out, this);

        /// <summary>What fails here is the caller's function; its exception goes down the stream, and that is report enough.</summary>
        internal sealed override bool LogsFailures => false;

        public override void OnPull() => Pull(In);
    }
}

internal sealed class SelectStage<TIn, TOut>(Func<TIn, TOut> mapper) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(mapper);

    private sealed class Logic(Func<TIn, TOut> mapper) : FlowLogic
    {
        public override void OnPush() => Push(Out, mapper(Grab(In)));
    }
}

internal sealed class WhereStage<T>(Predicate<T> predicate) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(predicate);

    private sealed class Logic(Predicate<T> predicate) : FlowLogic
    {
        public override void OnPush()
        {
            var element = Grab(In);
            if (predicate(element))
                Push(Out, element);
            else
                Pull(In);
        }
    }
}

internal sealed class CollectStage<TIn, TOut>(Func<TIn, bool> isDefined, Func<TIn, TOut> collector) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(isDefined, collector);

    private sealed class Logic(Func<TIn, bool> isDefined, Func<TIn, TOut> collector) : FlowLogic
    {
        public override void OnPush()
        {
            var element = Grab(In);
            if (isDefined(element))
                Push(Out, collector(element));
            else
                Pull(In);
        }
    }
}

internal sealed class TakeStage<T>(long count) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(count);

    private sealed class Logic(long left) : FlowLogic
    {
        private long _left = left;

        public override void OnPush()
        {
            _left--;
            Push(Out, Grab(In));
            if (_left <= 0)
                CompleteStage();
        }

        public override void OnPull()
        {
            if (_left > 0)
                Pull(In);
            else
                CompleteStage();
        }
    }
}

internal sealed class TakeWhileStage<T>(Predicate<T> predicate, bool inclusive) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(predicate, inclusive);

    private sealed class Logic(Predicate<T> predicate, bool inclusive) : FlowLogic
    {
        public override void OnPush()
        {
            var element = Grab(In);
            var goOn = predicate(element);
            if (goOn || inclusive)
                Push(Out, element);

            if (!goOn)
                CompleteStage();
        }
    }
}

internal sealed class SkipStage<T>(long count) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(count);

    private sealed class Logic(long left) : FlowLogic
    {
        private long _left = left;

        public override void OnPush()
        {
            if (_left > 0)
            {
                _left--;
                Pull(In);
            }
            else
                Push(Out, Grab(In));
        }
    }
}

internal sealed class ScanStage<TIn, TOut>(TOut zero, Func<TOut, TIn, TOut> scan) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(zero, scan);

    /// <summary>The zero goes out first, also when nothing else does.</summary>
    private sealed class Logic(TOut zero, Func<TOut, TIn, TOut> scan) : FlowLogic
    {
        private TOut _state = zero;
        private bool _zeroSent;

        public override void OnPush()
        {
            _state = scan(_state, Grab(In));
            Push(Out, _state);
        }

        public override void OnPull()
        {
            if (_zeroSent)
            {
                Pull(In);
                return;
            }

            _zeroSent = true;
            Push(Out, _state);
            if (IsClosed(In))
                CompleteStage();
        }

        public override void OnUpstreamFinish()
        {
            if (_zeroSent)
                CompleteStage();
        }
    }
}

internal sealed class AggregateStage<TIn, TOut>(TOut zero, Func<TOut, TIn, TOut> fold) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(zero, fold);

    private sealed class Logic(TOut zero, Func<TOut, TIn, TOut> fold) : FlowLogic
    {
        private TOut _state = zero;

        public override void OnPush()
        {
            _state = fold(_state, Grab(In));
            Pull(In);
        }

        public override void OnPull()
        {
            if (IsClosed(In))
            {
                Push(Out, _state);
                CompleteStage();
            }
            else
                Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            if (IsAvailable(Out))
            {
                Push(Out, _state);
                CompleteStage();
            }
        }
    }
}

internal sealed class GroupedStage<T>(int size) : FlowStage<T, IEnumerable<T>>
{
    private readonly int _size = size > 0 ? size : throw new ArgumentException("A group holds at least one element", nameof(size));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(_size);

    private sealed class Logic(int size) : FlowLogic
    {
        private List<T> _group = [];

        public override void OnPush()
        {
            _group.Add(Grab(In));
            if (_group.Count == size)
                PushGroup();
            else
                Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            if (_group.Count > 0)
                PushGroup();

            CompleteStage();
        }

        private void PushGroup()
        {
            var group = _group;
            _group = [];
            Push(Out, group);
        }
    }
}

/// <summary>Emits all elements of each sequence before it asks for the next.</summary>
internal sealed class SelectManyStage<TIn, TOut>(Func<Func<TIn, IEnumerable<TOut>>> factory) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(factory());

    private sealed class Logic(Func<TIn, IEnumerable<TOut>> flatten) : FlowLogic
    {
        /// <summary>Stands on the element to go out next; null if there is none.</summary>
        private IEnumerator<TOut> _next;

        public override void OnPush()
        {
            _next = flatten(Grab(In)).GetEnumerator();
            Advance();
            PushOrPull();
        }

        public override void OnPull() => PushOrPull();

        public override void OnUpstreamFinish()
        {
            if (_next is null)
                CompleteStage();
        }

        public override void PostStop() => _next?.Dispose();

        private void PushOrPull()
        {
            if (_next is not null)
            {
                Push(Out, _next.Current);
                Advance();
                if (_next is null && IsClosed(In))
                    CompleteStage();
            }
            else if (IsClosed(In))
                CompleteStage();
            else
                Pull(In);
        }

        private void Advance()
        {
            if (!_next.MoveNext())
            {
                _next.Dispose();
                _next = null;
            }
        }
    }
}

internal sealed class RecoverStage<T>(Func<Exception, Option<T>> recovery) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(recovery);

    private sealed class Logic(Func<Exception, Option<T>> recovery) : FlowLogic
    {
        private Option<T> _last = Option<T>.None;

        public override void OnPush() => Push(Out, Grab(In));

        public override void OnPull()
        {
            if (_last.HasValue)
            {
                Push(Out, _last.Value);
                CompleteStage();
            }
            else
                Pull(In);
        }

        public override void OnUpstreamFailure(Exception e)
        {
            var last = recovery(e);
            if (!last.HasValue)
                FailStage(e);
            else if (IsAvailable(Out))
            {
                Push(Out, last.Value);
                CompleteStage();
            }
            else
                _last = last;
        }
    }
}

internal sealed class SelectErrorStage<T>(Func<Exception, Exception> selector) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(selector);

    private sealed class Logic(Func<Exception, Exception> selector) : FlowLogic
    {
        public override void OnPush() => Push(Out, Grab(In));

        public override void OnUpstreamFailure(Exception e) => FailStage(selector(e));
    }
}

/// <summary>All of the first inlet, then all of the second.</summary>
internal sealed class ConcatStage<T> : GraphStage<ConcatStage<T>.ConcatShape>
{
    private static readonly ConcatShape s_shape = new();

    public override ConcatShape Shape => s_shape;

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic();

    internal sealed class ConcatShape : Shape
    {
        public readonly Inlet<T> First = new("Concat.in0");
        public readonly Inlet<T> Second = new("Concat.in1");
        public readonly Outlet<T> Out = new("Concat.out");

        public override ImmutableArray<Inlet> Inlets => [First, Second];

        public override ImmutableArray<Outlet> Outlets => [Out];

        public override Shape DeepCopy() => new ConcatShape();

        public override Shape CopyFromPorts(
            ImmutableArray<Inlet> inlets,
            ImmutableArray<Outlet> outlets) => throw new NotSupportedException();
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private Inlet<T> _active = s_shape.First;

        public Logic()
            : base(s_shape)
        {
            SetHandler(s_shape.Out, this);
            SetHandler(
                s_shape.First,
                onPush: () => Push(s_shape.Out, Grab(s_shape.First)),
                onUpstreamFinish: FirstFinished);
            SetHandler(
                s_shape.Second,
                onPush: () => Push(s_shape.Out, Grab(s_shape.Second)),
                onUpstreamFinish: SecondFinished);
        }

        public override void OnPull() => Pull(_active);

        private void FirstFinished()
        {
            _active = s_shape.Second;
            if (IsClosed(_active))
                CompleteStage();
            else if (IsAvailable(s_shape.Out))
                Pull(_active);
        }

        private void SecondFinished()
        {
            if (_active == s_shape.Second)
                CompleteStage();
        }
    }
}
