using System.Collections.Immutable;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Bundled.Streams.Tests;

public sealed class MaterializationSpec : StreamSpec
{
    private static Source<int, string> Numbers => Source.From(Enumerable.Range(1, 3)).MapMaterializedValue(_ => "source");

    private static Flow<int, int, string> Same => Flow.Create<int>().MapMaterializedValue(_ => "flow");

    [Fact]
    public async Task Values_must_be_combined_as_asked()
    {
        var all = Sink.Seq<int>();
        Assert.Equal("source", Numbers.Via(Same).To(all).Run(Materializer));
        Assert.Equal("flow", Numbers.ViaMaterialized(Same, Keep.Right).To(all).Run(Materializer));
        Assert.Equal(("source", "flow"), Numbers.ViaMaterialized(Same, Keep.Both).To(all).Run(Materializer));
        var (value, task) = Numbers.ViaMaterialized(Same, (s, f) => s + f).ToMaterialized(all, Keep.Both).Run(Materializer);
        Assert.Equal("sourceflow", value);
        Assert.Equal([1, 2, 3], await task.WaitAsync(Patience));
        Assert.Equal([1, 2, 3], await Numbers.RunWith(all, Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task Blueprint_must_be_reusable()
    {
        var graph = Numbers.Select(n => n * 2).ToMaterialized(Sink.Seq<int>(), Keep.Right);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => graph.Run(Materializer))).WaitAsync(Patience);
        Assert.All(results, r => Assert.Equal([2, 4, 6], r));
    }

    [Fact]
    public async Task One_flow_used_twice_in_a_stream_must_work()
    {
        var passOn = Flow.FromGraph(new PassOn<int>());
        Assert.Equal([1, 2, 3], await Numbers.Via(passOn).Via(passOn).Via(passOn).RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal([1, 2, 3], await Numbers.RunWith(passOn.ToMaterialized(Sink.Seq<int>(), Keep.Right), Materializer).WaitAsync(Patience));
    }

    private sealed class PassOn<T> : GraphStage<FlowShape<T, T>>
    {
        public override FlowShape<T, T> Shape { get; } = new(new Inlet<T>("in"), new Outlet<T>("out"));

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape);

        private sealed class Logic : GraphStageLogic
        {
            public Logic(FlowShape<T, T> shape)
                : base(shape)
            {
                SetHandler(shape.Inlet, onPush: () => Push(shape.Outlet, Grab(shape.Inlet)));
                SetHandler(shape.Outlet, onPull: () => Pull(shape.Inlet));
            }
        }
    }

    [Fact]
    public async Task Lines_of_one_graph_must_run_to_their_ends()
    {
        Task<IImmutableList<int>>? first = null, second = null;
        var graph = GraphDsl.Create(builder =>
        {
            builder.From(Source.From(Enumerable.Range(1, 3))).Via(Flow.FromGraph(new PassOn<int>())).To(All(seen => first = seen));
            builder.From(Source.From(Enumerable.Range(10, 1))).To(All(seen => second = seen));
            return ClosedShape.Instance;
        });

        RunnableGraph.FromGraph(graph).Run(Materializer);
        Assert.Equal([1, 2, 3], await first!.WaitAsync(Patience));
        Assert.Equal([10], await second!.WaitAsync(Patience));

        static Sink<int, NotUsed> All(Action<Task<IImmutableList<int>>> tell) =>
            Flow.Create<int>().ToMaterialized(Sink.Seq<int>(), (_, seen) =>
            {
                tell(seen);
                return NotUsed.Instance;
            });
    }
}
