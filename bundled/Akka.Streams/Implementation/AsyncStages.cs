using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

internal static class TaskResult
{
    /// <summary>Why a task that is over has no usable result; null if it has one.</summary>
    public static Exception Failure<T>(Task<T> task)
    {
        if (task.IsCompletedSuccessfully)
            return task.Result is null ? new ArgumentNullException(nameof(task), "null is no element") : null;

        return (Exception)task.Exception ?? new TaskCanceledException(task);
    }

    /// <summary>Calls back when the task is over, on the thread that ends it: callbacks only post a message.</summary>
    public static void WhenDone<T>(Task<T> task, Action<Task<T>> callback) => task.ContinueWith(
        callback,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}

/// <summary>Up to so many tasks at a time; what they yield goes out in the order of what went in.</summary>
internal sealed class SelectAsyncStage<TIn, TOut>(int parallelism, Func<TIn, Task<TOut>> mapper) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(parallelism, mapper);

    private sealed class Logic : FlowLogic
    {
        private readonly int _parallelism;
        private readonly Func<TIn, Task<TOut>> _mapper;
        private readonly Action<Task<TOut>> _done;
        private readonly Queue<Task<TOut>> _tasks = new();

        public Logic(int parallelism, Func<TIn, Task<TOut>> mapper)
        {
            _parallelism = parallelism;
            _mapper = mapper;
            _done = GetAsyncCallback<Task<TOut>>(TaskDone);
        }

        public override void OnPush()
        {
            var task = _mapper(Grab(In));
            _tasks.Enqueue(task);
            if (task.IsCompleted)
                TaskDone(task);
            else
                TaskResult.WhenDone(task, _done);

            PullIfRoom();
        }

        public override void OnUpstreamFinish()
        {
            if (_tasks.Count == 0)
                CompleteStage();
        }

        public override void OnPull() => PushOldest();

        private void TaskDone(Task<TOut> task)
        {
            if (TaskResult.Failure(task) is { } failure)
                FailStage(failure);
            else if (IsAvailable(Out))
                PushOldest();
        }

        private void PushOldest()
        {
            if (_tasks.TryPeek(out var oldest) && oldest.IsCompleted)
            {
                // It may be over before its callback has come, which then finds nothing left to do.
                if (TaskResult.Failure(oldest) is { } failure)
                {
                    FailStage(failure);
                    return;
                }

                _tasks.Dequeue();
                Push(Out, oldest.Result);
            }

            if (_tasks.Count == 0 && IsClosed(In))
                CompleteStage();
            else
                PullIfRoom();
        }

        private void PullIfRoom()
        {
            if (_tasks.Count < _parallelism && !HasBeenPulled(In))
                TryPull(In);
        }
    }
}

/// <summary>Up to so many tasks at a time; what they yield goes out as it comes.</summary>
internal sealed class SelectAsyncUnorderedStage<TIn, TOut>(int parallelism, Func<TIn, Task<TOut>> mapper) : FlowStage<TIn, TOut>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(parallelism, mapper);

    private sealed class Logic : FlowLogic
    {
        private readonly int _parallelism;
        private readonly Func<TIn, Task<TOut>> _mapper;
        private readonly Action<Task<TOut>> _done;
        private readonly Queue<TOut> _results = new();
        private int _running;

        public Logic(int parallelism, Func<TIn, Task<TOut>> mapper)
        {
            _parallelism = parallelism;
            _mapper = mapper;
            _done = GetAsyncCallback<Task<TOut>>(TaskDone);
        }

        public override void OnPush()
        {
            var task = _mapper(Grab(In));
            _running++;
            if (task.IsCompleted)
                TaskDone(task);
            else
                TaskResult.WhenDone(task, _done);

            PullIfRoom();
        }

        public override void OnUpstreamFinish()
        {
            if (_running + _results.Count == 0)
                CompleteStage();
        }

        public override void OnPull()
        {
            if (_results.TryDequeue(out var result))
                Push(Out, result);
            else if (IsClosed(In) && _running == 0)
                CompleteStage();

            PullIfRoom();
        }

        private void TaskDone(Task<TOut> task)
        {
            _running--;
            if (TaskResult.Failure(task) is { } failure)
            {
                FailStage(failure);
                return;
            }

            if (IsAvailable(Out))
                Push(Out, task.Result);
            else
                _results.Enqueue(task.Result);

            PullIfRoom();
        }

        private void PullIfRoom()
        {
            if (_running + _results.Count < _parallelism && !HasBeenPulled(In))
                TryPull(In);
        }
    }
}

/// <summary>Lets upstream run ahead of downstream.</summary>
internal sealed class BufferStage<T>(int size, OverflowStrategy strategy) : FlowStage<T, T>
{
    private readonly int _size = size > 0 ? size : throw new ArgumentException("A buffer holds at least one element", nameof(size));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(_size, strategy);

    private sealed class Logic(int size, OverflowStrategy strategy) : FlowLogic
    {
        private readonly BoundedBuffer<T> _buffer = new(size);

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            var element = Grab(In);
            if (IsAvailable(Out))
            {
                Push(Out, element);
                Pull(In);
            }
            else if (!_buffer.TryAdd(element, strategy))
            {
                FailStage(new BufferOverflowException($"The buffer of {size} elements is full"));
            }
            else if (strategy != OverflowStrategy.Backpressure || !_buffer.IsFull)
                Pull(In);
        }

        public override void OnPull()
        {
            if (_buffer.Count > 0)
                Push(Out, _buffer.RemoveFirst());

            if (!IsClosed(In))
            {
                if (!HasBeenPulled(In))
                    Pull(In);
            }
            else if (_buffer.Count == 0)
                CompleteStage();
        }

        public override void OnUpstreamFinish()
        {
            if (_buffer.Count == 0)
                CompleteStage();
        }
    }
}
