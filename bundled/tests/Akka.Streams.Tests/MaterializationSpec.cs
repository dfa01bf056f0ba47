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
        Assert.Same(NotUsed.Instance, Numbers.ViaMaterialized(Same, Keep.None).To(all).Run(Materializer));
        var (value, task) = Numbers.ViaMaterialized(Same, (s, f) => s + f).ToMaterialized(all, Keep.Both).Run(Materializer);
        Assert.Equal("sourceflow", value);
        Assert.Equal([1, 2, 3], await task.WaitAsync(Patience));
        Assert.Equal([1, 2, 3], await Numbers.RunWith(all, Materializer).WaitAsync(Patience));
        Assert.Equal("source", all.RunWith(Numbers, Materializer));
        var (left, right) = Same.RunWith(Numbers, all, Materializer);
        Assert.Equal("source", left);
        Assert.Equal([1, 2, 3], await right.WaitAsync(Patience));
        Assert.Equal(6, Numbers.To(all).MapMaterializedValue(s => s.Length).Run(Materializer));
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
        var plusOne = Flow.FromFunction<int, int>(n => n + 1);
        Assert.Equal([4, 5, 6], await Numbers.Via(plusOne).Via(plusOne).Via(plusOne).RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience));
        Assert.Equal([2, 3, 4], await Numbers.RunWith(plusOne.ToMaterialized(Sink.Seq<int>(), Keep.Right), Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task Stage_must_see_the_attributes_of_its_use()
    {
        var name = Source.FromGraph(new NameSource()).Named("mine").RunWith(Sink.First<string>(), Materializer);
        Assert.Equal("mine", await name.WaitAsync(Patience));
        var outer = Source.FromGraph(new NameSource()).Where(_ => true).Named("outer").RunWith(Sink.First<string>(), Materializer);
        Assert.Equal("outer", await outer.WaitAsync(Patience));
        Assert.Equal(7, Attributes.CreateInputBuffer(7, 9).And(Attributes.CreateName("n")).GetAttribute<Attributes.InputBuffer>(null!).Initial);
    }

    [Fact]
    public async Task Sink_and_source_in_one_flow_must_run_side_by_side()
    {
        var flow = Flow.FromSinkAndSource(Sink.Seq<int>(), Source.From(["a", "b"]), Keep.Left);
        var (received, sent) = Numbers.ViaMaterialized(flow, Keep.Right).ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer);
        Assert.Equal([1, 2, 3], await received.WaitAsync(Patience));
        Assert.Equal(["a", "b"], await sent.WaitAsync(Patience));
    }

    [Fact]
    public async Task Async_boundaries_must_keep_elements_order_and_end()
    {
        var sum = await Source.From(Enumerable.Range(1, 10_000)).Select(n => (long)n).Async()
            .Via(Flow.Create<long>().Select(n => n * 2).Async())
            .RunAggregate(0L, (total, n) => total + n, Materializer)
            .WaitAsync(Patience);
        Assert.Equal(100_010_000, sum);
        var seq = await Source.From(Enumerable.Range(0, 500)).Async().Select(n => n).Async().RunWith(Sink.Seq<int>(), Materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 500), seq);
    }

    [Fact]
    public async Task Async_boundaries_must_carry_failure_down_and_cancellation_up()
    {
        var (source, sink) = Source.FromGraph(new ProbeSource<int>()).Async().ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await source.Expect("pull");
        await sink.Do(s => s.Cancel(new InvalidOperationException("mine")));
        await source.Expect("cancelled: mine", "stopped");
        await sink.Expect("stopped");

        (source, sink) = Source.FromGraph(new ProbeSource<int>()).Async().ToMaterialized(new ProbeSink<int>(), Keep.Both).Run(Materializer);
        await source.Do(s => s.FailStage(new InvalidOperationException("broken")));
        await sink.Expect("failure: broken", "stopped");
    }

    private sealed class NameSource : GraphStage<SourceShape<string>>
    {
        private readonly Outlet<string> _out = new("out");

        public override SourceShape<string> Shape => new(_out);

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
            new Logic(_out, inheritedAttributes.GetNameOrDefault("none"));

        private sealed class Logic : GraphStageLogic
        {
            public Logic(Outlet<string> outlet, string name)
                : base(0, 1) => SetHandler(outlet, onPull: () =>
            {
                Push(outlet, name);
                CompleteStage();
            });
        }
    }
}
