using Akka.Streams.Stage;

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
            : base(s_shape)
        {
            SetHandler(In, this);
            SetHandler(Out, this);
        }

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
