using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Testing.Streams;

/// <summary>Controls a <see cref="ScriptedSource"/>.</summary>
public sealed class SourceScript
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<Action> _before = new();
    private readonly Lock _lock = new();
    private Action<Action>? _run;

    /// <summary>Completes when the stage has ended: with the cause of a cancellation, or null.</summary>
    public Task<Exception?> Stopped => _stopped.Task;

    internal Action<byte[]> OnSend { get; set; } = _ => { };

    internal Action OnComplete { get; set; } = () => { };

    internal Action<Exception> OnFail { get; set; } = _ => { };

    /// <summary>Queues bytes; they are copied into a chunk when there is demand.</summary>
    public void Send(byte[] bytes) => Run(() => OnSend(bytes));

    /// <summary>Completes after the queued bytes.</summary>
    public void Complete() => Run(() => OnComplete());

    /// <summary>Fails at once.</summary>
    public void Fail(Exception reason) => Run(() => OnFail(reason));

    /// <summary>Completes when the stream has handled what the test did before, as far as it can.</summary>
    public Task SettledAsync()
    {
        TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(settled.SetResult);
        return settled.Task;
    }

    internal void Start(Action<Action> run)
    {
        lock (_lock)
        {
            _run = run;
            while (_before.TryDequeue(out Action? action))
            {
                run(action);
            }
        }

        _started.TrySetResult();
    }

    internal void Stop(Exception? cause) => _stopped.TrySetResult(cause);

    private void Run(Action action)
    {
        lock (_lock)
        {
            if (_run is null)
            {
                _before.Enqueue(action);
            }
            else
            {
                _run(action);
            }
        }
    }
}

/// <summary>A source of chunks that the test controls.</summary>
public sealed class ScriptedSource : GraphStageWithMaterializedValue<SourceShape<Chunk>, SourceScript>
{
    private readonly Outlet<Chunk> _out = new("ScriptedSource.out");

    private ScriptedSource() => Shape = new SourceShape<Chunk>(_out);

    public override SourceShape<Chunk> Shape { get; }

    public static Source<Chunk, SourceScript> Create() => Source.FromGraph(new ScriptedSource());

    public override ILogicAndMaterializedValue<SourceScript> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        SourceScript script = new();
        return new LogicAndMaterializedValue<SourceScript>(new Logic(this, script), script);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly Outlet<Chunk> _out;
        private readonly SourceScript _script;
        private readonly Queue<byte[]> _queue = new();
        private Exception? _cause;
        private bool _completing;

        public Logic(ScriptedSource stage, SourceScript script)
            : base(stage.Shape)
        {
            _out = stage._out;
            _script = script;
            SetHandler(_out, onPull: Proceed, onDownstreamFinish: OnDownstreamFinish);
        }

        public override void PreStart()
        {
            _script.OnSend = bytes =>
            {
                _queue.Enqueue(bytes);
                Proceed();
            };
            _script.OnComplete = () =>
            {
                _completing = true;
                Proceed();
            };
            _script.OnFail = FailStage;
            _script.Start(GetAsyncCallback<Action>(action => action()));
        }

        public override void PostStop() => _script.Stop(_cause);

        private void OnDownstreamFinish(Exception cause)
        {
            _cause = cause;
            CancelStage(cause);
        }

        private void Proceed()
        {
            if (_queue.Count > 0 && IsAvailable(_out))
            {
                Push(_out, Chunk.CopyOf(_queue.Dequeue()));
            }

            if (_queue.Count == 0 && _completing)
            {
                CompleteStage();
            }
        }
    }
}
