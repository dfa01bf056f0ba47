using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>Several lines that run as one stream.</summary>
public static class GraphDsl
{
    public static IGraph<TShape, NotUsed> Create<TShape>(Func<Builder<NotUsed>, TShape> buildBlock)
        where TShape : Shape => new Blueprint<TShape>(buildBlock);

    public sealed class Builder<T>
    {
        internal Builder(StreamBuilder stages) => Stages = stages;

        internal StreamBuilder Stages { get; }

        /// <summary>Begins a line. It must be led to a sink before the next begins.</summary>
        public ForwardOps<TOut, T> From<TOut>(IGraph<SourceShape<TOut>, T> source)
        {
            source.Build(Stages);
            return new ForwardOps<TOut, T>(this);
        }
    }

    public sealed class ForwardOps<TOut, TMat>
    {
        internal ForwardOps(Builder<TMat> builder) => Builder = builder;

        internal Builder<TMat> Builder { get; }
    }

    private sealed class Blueprint<TShape>(Func<Builder<NotUsed>, TShape> block) : IGraph<TShape, NotUsed>
        where TShape : Shape
    {
        NotUsed IGraph<TShape, NotUsed>.Build(StreamBuilder builder)
        {
            block(new Builder<NotUsed>(builder));
            return NotUsed.Instance;
        }
    }
}

public static class ForwardOps
{
    public static GraphDsl.ForwardOps<TOut2, TMat> Via<TIn, TOut1, TOut2, TMat>(
        this GraphDsl.ForwardOps<TOut1, TMat> ops,
        IGraph<FlowShape<TIn, TOut2>, NotUsed> flow)
        where TIn : TOut1
    {
        flow.Build(ops.Builder.Stages);
        return new GraphDsl.ForwardOps<TOut2, TMat>(ops.Builder);
    }

    public static GraphDsl.Builder<TMat> To<TIn, TOut, TMat, TMat2>(
        this GraphDsl.ForwardOps<TOut, TMat> ops,
        IGraph<SinkShape<TIn>, TMat2> sink)
        where TIn : TOut
    {
        sink.Build(ops.Builder.Stages);
        return ops.Builder;
    }
}

public static class RunnableGraph
{
    public static RunnableGraph<TMat> FromGraph<TMat>(IGraph<ClosedShape, TMat> g) => g as RunnableGraph<TMat> ?? new RunnableGraph<TMat>(g.Build);
}
