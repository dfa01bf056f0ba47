using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Testing.Streams;

/// <summary>Controls a <see cref="ManualSink{T}"/>.</summary>
/// <typeparam name="TSeen">What the test receives of an element.</typeparam>
public sealed class SinkScript<TSeen>
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the stream, fails with it.</summary>
    public Task Ended => _ended.Task;

    internal Action<TaskCompletionSource<TSeen?>>? Ask { get; private set; }

    internal Action? CancelNow { get; private set; }

    /// <summary>Requests one element and waits for it: default at the end of the stream, an exception when it failed.</summary>
    public async Task<TSeen?> NextAsync()
    {
        Task<TSeen?> next = await DemandAsync();
        return await next;
    }

    /// <summary>Requests one element; the inner task is the element.</summary>
    public async Task<Task<TSeen?>> DemandAsync()
    {
        await _started.Task;
        TaskCompletionSource<TSeen?> element = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Ask!(element);
        return element.Task;
    }

    /// <summary>Cancels the stream.</summary>
    public async Task CancelAsync()
    {
        await _started.Task;
        CancelNow!();
    }

    internal void Start(Action<TaskCompletionSource<TSeen?>> ask, Action cancel)
    {
        Ask = ask;
        CancelNow = cancel;
        _started.TrySetResult();
    }

    internal void End(Exception? reason)
    {
        if (reason is null)
        {
            _ended.TrySetResult();
        }
        else
        {
            _ended.TrySetException(reason);
            _ = _ended.Task.Exception;
        }
    }
}

/// <summary>Sinks with demand only when the test requests it.</summary>
public static class ManualSink
{
    /// <summary>Returns each chunk as an array and disposes it.</summary>
    public static Sink<Chunk, SinkScript<byte[]>> OfBytes() => Of<Chunk, byte[]>(chunk =>
    {
        using (chunk)
        {
            return chunk.Span.ToArray();
        }
    });

    /// <summary>Returns the function's result for each element; the function disposes.</summary>
    public static Sink<T, SinkScript<TSeen>> Of<T, TSeen>(Func<T, TSeen> see) => Sink.FromGraph(new ManualSink<T, TSeen>(see));
}

internal sealed class ManualSink<T, TSeen> : GraphStageWithMaterializedValue<SinkShape<T>, SinkScript<TSeen>>
{
    private readonly Func<T, TSeen> _see;
    private readonly Inlet<T> _in = new("ManualSink.in");

    public ManualSink(Func<T, TSeen> see)
    {
        _see = see;
        Shape = new SinkShape<T>(_in);
    }

    public override SinkShape<T> Shape { get; }

    public override ILogicAndMaterializedValue<SinkScript<TSeen>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        SinkScript<TSeen> script = new();
        return new LogicAndMaterializedValue<SinkScript<TSeen>>(new Logic(this, script), script);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly ManualSink<T, TSeen> _stage;
        private readonly SinkScript<TSeen> _script;
        private readonly Queue<TaskCompletionSource<TSeen?>> _asked = new();
        private bool _over;
        private Exception? _reason;

        public Logic(ManualSink<T, TSeen> stage, SinkScript<TSeen> script)
            : base(stage.Shape)
        {
            _stage = stage;
            _script = script;
            SetHandler(stage._in, onPush: OnPush, onUpstreamFinish: () => End(null), onUpstreamFailure: End);
        }

        public override void PreStart()
        {
            SetKeepGoing(true); // completes requests after the end
            _script.Start(GetAsyncCallback<TaskCompletionSource<TSeen?>>(OnAsked), GetAsyncCallback(CompleteStage));
        }

        public override void PostStop() => End(new InvalidOperationException("The stream was stopped."));

        private void OnAsked(TaskCompletionSource<TSeen?> element)
        {
            _asked.Enqueue(element);
            if (_over)
            {
                AnswerTheEnd();
            }
            else if (!HasBeenPulled(_stage._in))
            {
                Pull(_stage._in);
            }
        }

        private void OnPush()
        {
            TSeen seen = _stage._see(Grab(_stage._in));
            _asked.Dequeue().TrySetResult(seen);
            if (_asked.Count > 0)
            {
                Pull(_stage._in);
            }
        }

        private void End(Exception? reason)
        {
            if (!_over)
            {
                _over = true;
                _reason = reason;
                _script.End(reason);
            }

            AnswerTheEnd();
        }

        private void AnswerTheEnd()
        {
            while (_asked.TryDequeue(out TaskCompletionSource<TSeen?>? element))
            {
                if (_reason is null)
                {
                    element.TrySetResult(default);
                }
                else
                {
                    element.TrySetException(_reason);
                    _ = element.Task.Exception;
                }
            }
        }
    }
}
