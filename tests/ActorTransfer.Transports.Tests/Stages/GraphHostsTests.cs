using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Implementation;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Tests.Stages;

public sealed class GraphHostsTests : StreamTest
{
    private readonly GraphHosts _hosts;

    public GraphHostsTests() => _hosts = new GraphHosts(Materializer);

    [Fact]
    public async Task Run_must_complete_beside_one_that_has_failed()
    {
        Run[] runs = [.. Enumerable.Range(0, 20).Select(number => new Run(chunks: number, fails: number % 2 == 1))];
        Array.ForEach(runs, _hosts.Run);
        foreach (Run run in runs)
        {
            if (run.Fails)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => run.Seen.Soon());
            }
            else
            {
                Assert.Equal(run.Chunks, await run.Seen.Soon());
            }
        }
    }

    [Fact]
    public async Task Run_that_cannot_be_created_must_fail_and_leave_its_host_alive()
    {
        for (int number = 0; number < 2 * Environment.ProcessorCount; number++)
        {
            Run wrong = new(chunks: -1, fails: false);
            _hosts.Run(wrong);
            Assert.IsType<ArgumentException>(await Assert.ThrowsAnyAsync<Exception>(() => wrong.Seen.Soon()));
        }

        Run right = new(chunks: 3, fails: false);
        _hosts.Run(right);
        Assert.Equal(3, await right.Seen.Soon());
    }

    /// <summary>The hosts start on their own threads: runs before that are streams of their own.</summary>
    [Fact]
    public async Task Runs_must_share_the_actors_of_the_hosts()
    {
        int actors;
        do
        {
            Run[] runs = [.. Enumerable.Range(0, 50).Select(_ => new Run(chunks: int.MaxValue, fails: false))];
            Array.ForEach(runs, _hosts.Run);
            await Task.WhenAll(runs.Select(run => run.Started)).Soon();
            StreamSupervisor.Children children = await Materializer.Supervisor.Ask<StreamSupervisor.Children>(StreamSupervisor.GetChildren.Instance);
            actors = children.Refs.Count;
            Array.ForEach(runs, run => run.Stop());
            await Task.WhenAll(runs.Select(run => run.Seen)).Soon();
        }
        while (actors > Environment.ProcessorCount);
    }

    [Fact]
    public async Task Runs_must_end_with_the_materializer()
    {
        Run endless = new(chunks: int.MaxValue, fails: false);
        _hosts.Run(endless);
        await endless.Started.Soon();
        Materializer.Shutdown();
        await Assert.ThrowsAnyAsync<Exception>(() => endless.Seen.Soon());
    }

    private sealed class Run(int chunks, bool fails) : IGraphRun
    {
        private static readonly IGraph<ClosedShape, NotUsed> s_graph = Fusing.Aggressive(GraphDsl.Create(builder =>
        {
            builder
                .From(RunStage<Run>.Source("Numbers", (shape, run) => new Numbers(shape, run)))
                .To(RunStage<Run>.Sink("Count", (shape, run) => new Count(shape, run)));
            return ClosedShape.Instance;
        }));

        private readonly TaskCompletionSource<int> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private bool _isStopped;

        public int Chunks => chunks;

        public bool Fails => fails;

        public Task<int> Seen => _seen.Task;

        public Task Started => _started.Task;

        public IGraph<ClosedShape, NotUsed> Graph => s_graph;

        public void Stop() => Volatile.Write(ref _isStopped, true);

        public void Fail(Exception reason) => _seen.TrySetException(reason);

        private sealed class Numbers : GraphStageLogic
        {
            private int _left;

            public Numbers(SourceShape<Chunk> shape, Run run)
                : base(shape)
            {
                _left = run.Chunks >= 0 ? run.Chunks : throw new ArgumentException("expected");
                SetHandler(shape.Outlet, onPull: () =>
                {
                    if (!Volatile.Read(ref run._isStopped) && _left-- > 0)
                    {
                        Push(shape.Outlet, Chunk.Rent(1));
                    }
                    else if (run.Fails)
                    {
                        FailStage(new InvalidOperationException("expected"));
                    }
                    else
                    {
                        CompleteStage();
                    }
                });
            }
        }

        private sealed class Count : GraphStageLogic
        {
            private readonly SinkShape<Chunk> _shape;
            private readonly Run _run;
            private int _seen;

            public Count(SinkShape<Chunk> shape, Run run)
                : base(shape)
            {
                (_shape, _run) = (shape, run);
                SetHandler(
                    shape.Inlet,
                    onPush: () =>
                    {
                        Grab(shape.Inlet).Dispose();
                        _seen++;
                        run._started.TrySetResult();
                        Pull(shape.Inlet);
                    },
                    onUpstreamFinish: () =>
                    {
                        run._seen.TrySetResult(_seen);
                        CompleteStage();
                    },
                    onUpstreamFailure: exception =>
                    {
                        run._seen.TrySetException(exception);
                        FailStage(exception);
                    });
            }

            public override void PreStart() => Pull(_shape.Inlet);

            public override void PostStop() => _run._seen.TrySetException(new OperationCanceledException());
        }
    }
}
