using System.Collections.Concurrent;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class AsyncCallbackSpec : StreamSpec
{
    [Fact]
    public async Task Callbacks_must_run_one_at_a_time_and_in_the_order_of_each_caller()
    {
        const int callers = 8;
        const int calls = 5_000;
        var stage = new CallbackSource(callers * calls);
        var (logic, done) = Source.FromGraph(stage).ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(Materializer);
        var post = await logic.Post.Task.WaitAsync(Patience);

        var threads = Enumerable.Range(0, callers).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < calls; i++)
                post((caller, i));
        }));
        await Task.WhenAll(threads).WaitAsync(Patience);
        await done.WaitAsync(Patience);

        Assert.False(logic.Overlapped);
        Assert.All(Enumerable.Range(0, callers), caller =>
            Assert.Equal(Enumerable.Range(0, calls), logic.Seen.Where(s => s.Caller == caller).Select(s => s.Number)));
    }

    [Fact]
    public async Task Callback_must_be_ignored_once_the_stage_is_done()
    {
        var stage = new CallbackSource(1);
        var (logic, done) = Source.FromGraph(stage).ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(Materializer);
        var post = await logic.Post.Task.WaitAsync(Patience);
        post((0, 0));
        await done.WaitAsync(Patience);
        await logic.Stopped.Task.WaitAsync(Patience);
        post((0, 1));

        // A stream that starts and ends afterwards shows that time has passed for the actors, too.
        await Source.From([1]).RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Patience);
        Assert.Single(logic.Seen);
    }

    [Fact]
    public async Task Exception_in_a_callback_must_fail_the_stage()
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<int>()).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Materializer);
        await source.Expect("pull");
        await source.Do(s => s.FailStage(new InvalidOperationException("thrown")));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => sink.WaitAsync(Patience));
        Assert.Equal("thrown", e.Message);

        var (failing, seq) = Source.FromGraph(new CallbackSource(-1)).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Materializer);
        (await failing.Post.Task.WaitAsync(Patience))((0, 0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => seq.WaitAsync(Patience));
    }

    [Fact]
    public async Task Busy_stream_must_still_take_callbacks()
    {
        var (killSwitch, done) = Source.Repeat(1)
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Right)
            .ToMaterialized(Sink.Ignore<int>(), Keep.Both)
            .Run(Materializer);
        killSwitch.Shutdown();
        await done.WaitAsync(Patience);
    }

    [Fact]
    public async Task Busy_streams_must_not_starve_others()
    {
        var stop = KillSwitches.Shared("stop");
        var busy = Enumerable.Range(0, 8).Select(_ => Source.Repeat(1).Via(stop.Flow<int>()).RunWith(Sink.Ignore<int>(), Materializer)).ToList();
        Assert.Equal(5050, await Source.From(Enumerable.Range(1, 100)).RunAggregate(0, (sum, n) => sum + n, Materializer).WaitAsync(Patience));
        stop.Shutdown();
        await Task.WhenAll(busy).WaitAsync(Patience);
    }

    /// <summary>Completes after so many calls; throws at the first if that is less than none.</summary>
    private sealed class CallbackSource(int calls) : GraphStageWithMaterializedValue<SourceShape<int>, CallbackSource.Logic>
    {
        private readonly Outlet<int> _out = new("out");

        public override SourceShape<int> Shape => new(_out);

        public override ILogicAndMaterializedValue<Logic> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            var logic = new Logic(Shape, calls);
            return new LogicAndMaterializedValue<Logic>(logic, logic);
        }

        internal sealed class Logic : GraphStageLogic
        {
            private readonly int _calls;
            private int _inside;

            public Logic(SourceShape<int> shape, int calls)
                : base(shape)
            {
                _calls = calls;
                SetHandler(shape.Outlet, onPull: () => { });
            }

            public TaskCompletionSource<Action<(int Caller, int Number)>> Post { get; } =
                new(TaskCreationOptions.RunContinuationsAsynchronously);

            public TaskCompletionSource<Done> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public ConcurrentQueue<(int Caller, int Number)> Seen { get; } = new();

            public bool Overlapped { get; private set; }

            public override void PreStart() => Post.SetResult(GetAsyncCallback<(int Caller, int Number)>(call =>
            {
                if (_calls < 0)
                    throw new InvalidOperationException("thrown");
                Overlapped |= Interlocked.Increment(ref _inside) != 1;
                Seen.Enqueue(call);
                Interlocked.Decrement(ref _inside);
                if (Seen.Count == _calls)
                    CompleteStage();
            }));

            public override void PostStop() => Stopped.SetResult(Done.Instance);
        }
    }
}
