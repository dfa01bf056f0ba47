using System.Collections.Immutable;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>A sink that materializes a task.</summary>
internal abstract class TaskSink<TIn, TResult> : GraphStageWithMaterializedValue<SinkShape<TIn>, Task<TResult>>
{
    private static readonly SinkShape<TIn> s_shape = new(new Inlet<TIn>("in"));

    public sealed override SinkShape<TIn> Shape => s_shape;

    public override string ToString() => GetType().Name;

    public sealed override ILogicAndMaterializedValue<Task<TResult>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = CreateLogic();
        return new LogicAndMaterializedValue<Task<TResult>>(logic, logic.Result.Task);
    }

    protected abstract TaskLogic CreateLogic();

    internal abstract class TaskLogic : InGraphStageLogic
    {
        public readonly TaskCompletionSource<TResult> Result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        protected readonly Inlet<TIn> In = s_shape.Inlet;

        protected TaskLogic()
            : base(s_shape) => SetHandler(In, this);

        internal sealed override bool LogsFailures => false;

        public override void PreStart() => Pull(In);

        public override void OnUpstreamFailure(Exception e)
        {
            Result.TrySetException(e);
            FailStage(e);
        }

        protected void FailIfAbrupt()
        {
            if (!Result.Task.IsCompleted)
                Result.TrySetException(new AbruptStageTerminationException(this));
        }
    }
}

internal sealed class SeqSink<T> : TaskSink<T, IImmutableList<T>>
{
    protected override TaskLogic CreateLogic() => new Logic();

    private sealed class Logic : TaskLogic
    {
        private readonly ImmutableList<T>.Builder _elements = ImmutableList.CreateBuilder<T>();

        public override void OnPush()
        {
            _elements.Add(Grab(In));
            Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            Result.TrySetResult(_elements.ToImmutable());
            CompleteStage();
        }

        public override void PostStop() => FailIfAbrupt();
    }
}

internal sealed class FirstSink<T> : TaskSink<T, T>
{
    protected override TaskLogic CreateLogic() => new Logic();

    private sealed class Logic : TaskLogic
    {
        public override void OnPush()
        {
            Result.TrySetResult(Grab(In));
            CompleteStage();
        }

        public override void OnUpstreamFinish()
        {
            Result.TrySetException(new NoSuchElementException("There is no first element: the stream was empty"));
            CompleteStage();
        }

        public override void PostStop() => FailIfAbrupt();
    }
}

/// <summary>Its task stays open when the stream ends abruptly: so it is in the API that this stands in for.</summary>
internal sealed class IgnoreSink<T> : TaskSink<T, Done>
{
    protected override TaskLogic CreateLogic() => new Logic();

    private sealed class Logic : TaskLogic
    {
        public override void OnPush() => Pull(In);

        public override void OnUpstreamFinish()
        {
            Result.TrySetResult(Done.Instance);
            CompleteStage();
        }
    }
}
