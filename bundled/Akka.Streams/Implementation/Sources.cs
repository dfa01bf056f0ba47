using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams.Stage;
using Akka.Util;

namespace Akka.Streams.Implementation;

internal abstract class SourceStage<T> : GraphStage<SourceShape<T>>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("out"));

    public sealed override SourceShape<T> Shape => s_shape;

    public override string ToString() => GetType().Name;

    internal abstract class SourceLogic : OutGraphStageLogic
    {
        protected readonly Outlet<T> Out = s_shape.Outlet;

        protected SourceLogic()
            : base(s_shape) => SetHandler(Out, this);

        internal sealed override bool LogsFailures => false;
    }
}

/// <summary>Completes or fails before anything else.</summary>
internal sealed class EndedSource<T>(Exception failure) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(failure);

    private sealed class Logic(Exception failure) : SourceLogic
    {
        public override void PreStart()
        {
            if (failure is null)
                CompleteStage();
            else
                FailStage(failure);
        }

        public override void OnPull() { }
    }
}

internal sealed class SingleSource<T> : SourceStage<T>
{
    private readonly T _element;

    public SingleSource(T element)
    {
        if (element is null)
            throw new ArgumentNullException(nameof(element));

        _element = element;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(_element);

    private sealed class Logic(T element) : SourceLogic
    {
        public override void OnPull()
        {
            Push(Out, element);
            CompleteStage();
        }
    }
}

/// <summary>Always one step ahead, so that it completes together with its last element.</summary>
internal sealed class EnumeratorSource<T>(Func<IEnumerator<T>> factory) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(factory);

    private sealed class Logic(Func<IEnumerator<T>> factory) : SourceLogic
    {
        private IEnumerator<T> _elements;

        public override void OnPull()
        {
            if (_elements is null)
            {
                _elements = factory();
                if (!_elements.MoveNext())
                {
                    CompleteStage();
                    return;
                }
            }

            Push(Out, _elements.Current);
            if (!_elements.MoveNext())
                CompleteStage();
        }

        public override void PostStop() => _elements?.Dispose();
    }
}

internal sealed class UnfoldSource<TState, T>(TState state, Func<TState, Option<(TState, T)>> unfold) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(state, unfold);

    private sealed class Logic(TState state, Func<TState, Option<(TState, T)>> unfold) : SourceLogic
    {
        private TState _state = state;

        public override void OnPull()
        {
            var next = unfold(_state);
            if (next.HasValue)
            {
                _state = next.Value.Item1;
                Push(Out, next.Value.Item2);
            }
            else
                CompleteStage();
        }
    }
}

internal sealed class UnfoldAsyncSource<TState, T>(TState state, Func<TState, Task<Option<(TState, T)>>> unfold) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(state, unfold);

    private sealed class Logic : SourceLogic
    {
        private readonly Func<TState, Task<Option<(TState, T)>>> _unfold;
        private readonly Action<Task<Option<(TState, T)>>> _done;
        private TState _state;

        public Logic(TState state, Func<TState, Task<Option<(TState, T)>>> unfold)
        {
            _state = state;
            _unfold = unfold;
            _done = GetAsyncCallback<Task<Option<(TState, T)>>>(Done);
        }

        public override void OnPull()
        {
            var task = _unfold(_state);
            if (task.IsCompleted)
                Done(task);
            else
                TaskResult.WhenDone(task, _done);
        }

        private void Done(Task<Option<(TState, T)>> task)
        {
            if (!task.IsCompletedSuccessfully)
                FailStage(TaskResult.Failure(task));
            else if (!task.Result.HasValue)
                CompleteStage();
            else
            {
                _state = task.Result.Value.Item1;
                Push(Out, task.Result.Value.Item2);
            }
        }
    }
}

internal sealed class TaskSource<T>(Task<T> task) : SourceStage<T>
{
    private readonly Task<T> _task = task ?? throw new ArgumentNullException(nameof(task));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(_task);

    private sealed class Logic(Task<T> task) : SourceLogic
    {
        public override void OnPull()
        {
            if (task.IsCompleted)
                Done(task);
            else
                TaskResult.WhenDone(task, GetAsyncCallback<Task<T>>(Done));
        }

        private void Done(Task<T> done)
        {
            if (done.IsCompletedSuccessfully)
            {
                Push(Out, done.Result);
                CompleteStage();
            }
            else
            {
                var failure = TaskResult.Failure(done);
                FailStage(failure is AggregateException { InnerExceptions: [var only] } ? only : failure);
            }
        }
    }
}

internal sealed class ChannelReaderSource<T>(ChannelReader<T> reader) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(reader);

    private sealed class Logic : SourceLogic
    {
        private readonly ChannelReader<T> _reader;
        private readonly Action<Task<bool>> _ready;
        private readonly Action<Task> _completed;

        public Logic(ChannelReader<T> reader)
        {
            _reader = reader;
            _ready = GetAsyncCallback<Task<bool>>(Ready);
            _completed = GetAsyncCallback<Task>(Completed);
        }

        /// <summary>A channel that ends while nobody pulls ends the stream, too.</summary>
        public override void PreStart() => _reader.Completion.ContinueWith(
            _completed,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        public override void OnPull()
        {
            if (_reader.TryRead(out var element))
            {
                Push(Out, element);
                return;
            }

            var wait = _reader.WaitToReadAsync();
            if (wait.IsCompletedSuccessfully)
                Ready(wait.AsTask());
            else
                TaskResult.WhenDone(wait.AsTask(), _ready);
        }

        private void Ready(Task<bool> wait)
        {
            if (!wait.IsCompletedSuccessfully)
                FailStage(TaskResult.Failure(wait));
            else if (!wait.Result)
                CompleteStage();
            else
            {
                // Another reader of the channel may have been faster; then wait again.
                OnPull();
            }
        }

        private void Completed(Task completion)
        {
            if (completion.IsCompletedSuccessfully)
                CompleteStage();
            else
                FailStage((Exception)completion.Exception ?? new TaskCanceledException(completion));
        }
    }
}

internal sealed class MaybeSource<T> : GraphStageWithMaterializedValue<SourceShape<T>, TaskCompletionSource<T>>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("Maybe.out"));

    public override SourceShape<T> Shape => s_shape;

    public override ILogicAndMaterializedValue<TaskCompletionSource<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var promise = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<TaskCompletionSource<T>>(new Logic(promise), promise);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly TaskCompletionSource<T> _promise;

        public Logic(TaskCompletionSource<T> promise)
            : base(s_shape)
        {
            _promise = promise;
            SetHandler(s_shape.Outlet, this);
        }

        public override void PreStart() => TaskResult.WhenDone(_promise.Task, GetAsyncCallback<Task<T>>(Done));

        public override void OnPull() { }

        public override void OnDownstreamFinish(Exception cause)
        {
            _promise.TrySetResult(default);
            CancelStage(cause);
        }

        private void Done(Task<T> done)
        {
            if (!done.IsCompletedSuccessfully)
                FailStage(TaskResult.Failure(done));
            else if (done.Result is null || done.Result.Equals(default(T)))
                CompleteStage();
            else
                Emit(s_shape.Outlet, done.Result, CompleteStage);
        }
    }
}

/// <summary>Ticks that nobody has asked for are dropped.</summary>
internal sealed class TickSource<T>(TimeSpan initialDelay, TimeSpan interval, T tick)
    : GraphStageWithMaterializedValue<SourceShape<T>, ICancelable>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("Tick.out"));

    public override SourceShape<T> Shape => s_shape;

    public override ILogicAndMaterializedValue<ICancelable> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(initialDelay, interval, tick);
        return new LogicAndMaterializedValue<ICancelable>(logic, logic);
    }

    private sealed class Logic : TimerGraphStageLogic, ICancelable
    {
        private readonly TimeSpan _initialDelay;
        private readonly TimeSpan _interval;
        private readonly T _tick;
        private readonly CancellationTokenSource _cancellation = new();

        public Logic(TimeSpan initialDelay, TimeSpan interval, T tick)
            : base(s_shape)
        {
            _initialDelay = initialDelay;
            _interval = interval;
            _tick = tick;
            SetHandler(s_shape.Outlet, EagerTerminateOutput);
        }

        public bool IsCancellationRequested => _cancellation.IsCancellationRequested;

        public CancellationToken Token => _cancellation.Token;

        public override void PreStart()
        {
            _cancellation.Token.Register(GetAsyncCallback(CompleteStage));
            ScheduleRepeatedly("tick", _initialDelay, _interval);
        }

        public void Cancel() => _cancellation.Cancel();

        public void Cancel(bool throwOnFirstException) => _cancellation.Cancel();

        public void CancelAfter(TimeSpan delay) => _cancellation.CancelAfter(delay);

        public void CancelAfter(int millisecondsDelay) => _cancellation.CancelAfter(millisecondsDelay);

        protected internal override void OnTimer(object timerKey)
        {
            if (IsAvailable(s_shape.Outlet) && !IsCancellationRequested)
                Push(s_shape.Outlet, _tick);
        }
    }
}
