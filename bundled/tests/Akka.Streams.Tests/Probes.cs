using System.Threading.Channels;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

/// <summary>What happens in a probe, and the way in: <see cref="Do"/> runs on the stream, its exception comes back here.</summary>
public sealed class Probe<TLogic>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<Action<Action<TLogic>>> _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Record(string what) => _events.Writer.TryWrite(what);

    public void Start(Action<Action<TLogic>> post) => _running.TrySetResult(post);

    public async Task<string> Next() => await _events.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    public async Task Expect(params string[] events)
    {
        foreach (var expected in events)
            Assert.Equal(expected, await Next());
    }

    public bool IsQuiet => _events.Reader.Count == 0;

    public async Task Do(Action<TLogic> action)
    {
        var post = await _running.Task.WaitAsync(s_patience);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        post(logic =>
        {
            try
            {
                action(logic);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        await done.Task.WaitAsync(s_patience);
    }
}

/// <summary>A source that does what it is told.</summary>
public sealed class ProbeSource<T> : GraphStageWithMaterializedValue<SourceShape<T>, Probe<ProbeSource<T>.Logic>>
{
    private readonly Outlet<T> _out = new("probe.out");

    public ProbeSource() => Shape = new SourceShape<T>(_out);

    public override SourceShape<T> Shape { get; }

    public override ILogicAndMaterializedValue<Probe<Logic>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new Probe<Logic>();
        return new LogicAndMaterializedValue<Probe<Logic>>(new Logic(this, probe), probe);
    }

    public sealed class Logic : OutGraphStageLogic
    {
        private readonly ProbeSource<T> _stage;
        private readonly Probe<Logic> _probe;

        public Logic(ProbeSource<T> stage, Probe<Logic> probe)
            : base(stage.Shape)
        {
            _stage = stage;
            _probe = probe;
            SetHandler(stage._out, this);
        }

        public bool Available => IsAvailable(_stage._out);

        public bool Closed => IsClosed(_stage._out);

        public override void PreStart()
        {
            var post = GetAsyncCallback<Action<Logic>>(action => action(this));
            _probe.Start(post);
        }

        public override void OnPull() => _probe.Record("pull");

        public override void OnDownstreamFinish(Exception cause)
        {
            _probe.Record($"cancelled: {Name(cause)}");
            base.OnDownstreamFinish(cause);
        }

        public override void PostStop() => _probe.Record("stopped");

        public void Push(T element) => Push(_stage._out, element);

        public void Complete() => Complete(_stage._out);

        public void Fail(Exception reason) => Fail(_stage._out, reason);

        public void KeepGoing(bool enabled) => SetKeepGoing(enabled);

        internal static string Name(Exception cause) => cause is InvalidOperationException ? cause.Message : cause.GetType().Name;
    }
}

/// <summary>A sink that does what it is told.</summary>
public sealed class ProbeSink<T> : GraphStageWithMaterializedValue<SinkShape<T>, Probe<ProbeSink<T>.Logic>>
{
    private readonly Inlet<T> _in = new("probe.in");

    public ProbeSink() => Shape = new SinkShape<T>(_in);

    public override SinkShape<T> Shape { get; }

    public override ILogicAndMaterializedValue<Probe<Logic>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var probe = new Probe<Logic>();
        return new LogicAndMaterializedValue<Probe<Logic>>(new Logic(this, probe), probe);
    }

    public sealed class Logic : InGraphStageLogic
    {
        private readonly ProbeSink<T> _stage;
        private readonly Probe<Logic> _probe;
        private bool _keepGoing;

        public Logic(ProbeSink<T> stage, Probe<Logic> probe)
            : base(stage.Shape)
        {
            _stage = stage;
            _probe = probe;
            SetHandler(stage._in, this);
        }

        public bool Available => IsAvailable(_stage._in);

        public bool Pulled => HasBeenPulled(_stage._in);

        public bool Closed => IsClosed(_stage._in);

        public override void PreStart() => _probe.Start(GetAsyncCallback<Action<Logic>>(action => action(this)));

        public override void OnPush() => _probe.Record("push");

        public override void OnUpstreamFinish()
        {
            _probe.Record("finish");
            if (!_keepGoing)
                base.OnUpstreamFinish();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _probe.Record($"failure: {e.GetBaseException().Message}");
            if (!_keepGoing)
                base.OnUpstreamFailure(e);
        }

        public override void PostStop() => _probe.Record("stopped");

        public void Pull() => Pull(_stage._in);

        public void TryPull() => TryPull(_stage._in);

        public T Grab() => Grab(_stage._in);

        public void Cancel() => Cancel(_stage._in);

        public void Cancel(Exception cause) => Cancel(_stage._in, cause);

        public void KeepGoing(bool enabled)
        {
            _keepGoing = enabled;
            SetKeepGoing(enabled);
        }
    }
}
