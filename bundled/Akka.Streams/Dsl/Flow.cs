using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A piece of a stream with one open end on each side.</summary>
public sealed class Flow<TIn, TOut, TMat> : IGraph<FlowShape<TIn, TOut>, TMat>
{
    private readonly Func<StreamBuilder, TMat> _build;

    internal Flow(Func<StreamBuilder, TMat> build) => _build = build;

    public Flow<TIn, T2, TMat> Via<T2, TMat2>(IGraph<FlowShape<TOut, T2>, TMat2> flow) => new(_build.Then(flow, Keep.Left));

    public Sink<TIn, TMat3> ToMaterialized<TMat2, TMat3>(IGraph<SinkShape<TOut>, TMat2> sink, Func<TMat, TMat2, TMat3> combine) =>
        new(_build.Then(sink, combine));

    public Flow<TIn, TOut, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> mapFunc) => new(builder => mapFunc(_build(builder)));

    TMat IGraph<FlowShape<TIn, TOut>, TMat>.Build(StreamBuilder builder) => _build(builder);
}

public static class Flow
{
    public static Flow<T, T, NotUsed> Create<T>() => new(static _ => NotUsed.Instance);

    public static Flow<TIn, TOut, TMat> FromGraph<TIn, TOut, TMat>(IGraph<FlowShape<TIn, TOut>, TMat> graph) =>
        graph as Flow<TIn, TOut, TMat> ?? new Flow<TIn, TOut, TMat>(graph.Build);
}
