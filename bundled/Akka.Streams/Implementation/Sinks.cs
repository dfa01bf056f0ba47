using System.Collections.Immutable;
using Akka.Actor;
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

internal sealed class FirstSink<T>(bool orDefault) : TaskSink<T, T>
{
    protected override TaskLogic CreateLogic() => new Logic(orDefault);

    private sealed class Logic(bool orDefault) : TaskLogic
    {
        public override void OnPush()
        {
            Result.TrySetResult(Grab(In));
            CompleteStage();
        }

        public override void OnUpstreamFinish()
        {
            if (orDefault)
                Result.TrySetResult(default);
            else
                Result.TrySetException(new NoSuchElementException("There is no first element: the stream was empty"));

            CompleteStage();
        }

        public override void PostStop() => FailIfAbrupt();
    }
}

internal sealed class LastSink<T>(bool orDefault) : TaskSink<T, T>
{
    protected override TaskLogic CreateLogic() => new Logic(orDefault);

    private sealed class Logic(bool orDefault) : TaskLogic
    {
        private T _last;
        private bool _any;

        public override void OnPush()
        {
            _last = Grab(In);
            _any = true;
            Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            if (_any || orDefault)
                Result.TrySetResult(_last);
            else
                Result.TrySetException(new NoSuchElementException("There is no last element: the stream was empty"));

            CompleteStage();
        }
    }
}

/// <summary>Its task stays open when the stream ends abruptly: so it is in the API that this stands in for. Watch the termination.</summary>
internal sealed class ForEachSink<T>(Action<T> action) : TaskSink<T, Done>
{
    protected override TaskLogic CreateLogic() => new Logic(action);

    private sealed class Logic(Action<T> action) : TaskLogic
    {
        public override void OnPush()
        {
            if (action is not null)
            {
                try
                {
                    action(Grab(In));
                }
                catch (Exception e)
                {
                    OnUpstreamFailure(e);
                    return;
                }
            }

            Pull(In);
        }

        public override void OnUpstreamFinish()
        {
            Result.TrySetResult(Done.Instance);
            CompleteStage();
        }
    }
}

internal abstract class PlainSink<T> : GraphStage<SinkShape<T>>
{
    protected static readonly SinkShape<T> s_shape = new(new Inlet<T>("in"));

    public sealed override SinkShape<T> Shape => s_shape;

    public override string ToString() => GetType().Name;
}

internal sealed class CancelledSink<T> : PlainSink<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic();

    private sealed class Logic : InGraphStageLogic
    {
        public Logic()
            : base(s_shape) => SetHandler(s_shape.Inlet, this);

        public override void PreStart() => Cancel(s_shape.Inlet);

        public override void OnPush() { }
    }
}

internal sealed class OnCompleteSink<T>(Action success, Action<Exception> failure) : PlainSink<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(success, failure);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly Action _success;
        private readonly Action<Exception> _failure;
        private bool _told;

        public Logic(Action success, Action<Exception> failure)
            : base(s_shape)
        {
            _success = success;
            _failure = failure;
            SetHandler(s_shape.Inlet, this);
        }

        public override void PreStart() => Pull(s_shape.Inlet);

        public override void OnPush() => Pull(s_shape.Inlet);

        public override void OnUpstreamFinish()
        {
            _told = true;
            _success();
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _told = true;
            _failure(e);
            FailStage(e);
        }

        public override void PostStop()
        {
            if (!_told)
                _failure(new AbruptStageTerminationException(this));
        }
    }
}

internal sealed class ActorRefWithAckSink<T>(
    IActorRef actor,
    object onInit,
    object ack,
    object onComplete,
    Func<Exception, object> onFailure) : PlainSink<T>
{
    private readonly IActorRef _actor = actor;
    private readonly object _onInit = onInit;
    private readonly Type _ackType = ack.GetType();
    private readonly object _onComplete = onComplete;
    private readonly Func<Exception, object> _onFailure = onFailure;

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        var capacity = inheritedAttributes.GetAttribute(new Attributes.InputBuffer(16, 16)).Max;
        return new Logic(this, capacity > 0 ? capacity : throw new ArgumentException("The buffer holds at least one element"));
    }

    private sealed class Logic : InGraphStageLogic
    {
        private readonly ActorRefWithAckSink<T> _stage;
        private readonly BoundedBuffer<T> _buffer;
        private readonly Inlet<T> _in = s_shape.Inlet;
        private bool _acknowledged;
        private bool _completed;

        public Logic(ActorRefWithAckSink<T> stage, int capacity)
            : base(s_shape)
        {
            _stage = stage;
            _buffer = new BoundedBuffer<T>(capacity);
            SetHandler(_in, this);
        }

        public override void PreStart()
        {
            SetKeepGoing(true);
            GetStageActor(Receive).Watch(_stage._actor);
            Tell(_stage._onInit);
            Pull(_in);
        }

        public override void OnPush()
        {
            _buffer.AddLast(Grab(_in));
            if (_acknowledged)
            {
                _acknowledged = false;
                SendFirst();
            }

            if (!_buffer.IsFull)
                Pull(_in);
        }

        public override void OnUpstreamFinish()
        {
            _completed = true;
            CompleteIfSent();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            Tell(_stage._onFailure(e));
            FailStage(e);
        }

        private void Receive((IActorRef Sender, object Message) envelope)
        {
            if (envelope.Message.GetType() == _stage._ackType)
            {
                if (_buffer.Count == 0)
                {
                    _acknowledged = true;
                    return;
                }

                var wasFull = _buffer.IsFull;
                SendFirst();
                if (wasFull)
                    TryPull(_in);
            }
            else if (envelope.Message is Terminated terminated && terminated.ActorRef.Equals(_stage._actor))
                CompleteStage();
        }

        private void SendFirst()
        {
            Tell(_buffer.RemoveFirst());
            CompleteIfSent();
        }

        private void CompleteIfSent()
        {
            if (_completed && _buffer.Count == 0)
            {
                Tell(_stage._onComplete);
                CompleteStage();
            }
        }

        private void Tell(object message) => _stage._actor.Tell(message, StageActor.Ref);
    }
}
