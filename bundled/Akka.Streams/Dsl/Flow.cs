using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>A piece of a stream with one open end on each side.</summary>
public sealed class Flow<TIn, TOut, TMat> : IGraph<FlowShape<TIn, TOut>, TMat>
{
    private readonly IBlueprint<TMat> _module;
    private FlowShape<TIn, TOut> _shape;

    internal Flow(IBlueprint<TMat> module) => _module = module;

    public FlowShape<TIn, TOut> Shape =>
        _shape ??= new FlowShape<TIn, TOut>(new Inlet<TIn>("Flow.in"), new Outlet<TOut>("Flow.out"));

    public IModule Module => _module;

    public Flow<TIn, T2, TMat> Via<T2, TMat2>(IGraph<FlowShape<TOut, T2>, TMat2> flow) =>
        new(new KeepLeftModule<TMat, TMat2>(_module, Blueprint.Of(flow)));

    public Flow<TIn, TOut2, TMat3> ViaMaterialized<TOut2, TMat2, TMat3>(
        IGraph<FlowShape<TOut, TOut2>, TMat2> flow,
        Func<TMat, TMat2, TMat3> combine) => new(new LinearModule<TMat, TMat2, TMat3>(_module, Blueprint.Of(flow), combine));

    public Sink<TIn, TMat> To<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink) =>
        new(new KeepLeftModule<TMat, TMat2>(_module, Blueprint.Of(sink)));

    public Sink<TIn, TMat3> ToMaterialized<TMat2, TMat3>(IGraph<SinkShape<TOut>, TMat2> sink, Func<TMat, TMat2, TMat3> combine) =>
        new(new LinearModule<TMat, TMat2, TMat3>(_module, Blueprint.Of(sink), combine));

    public (TMat1, TMat2) RunWith<TMat1, TMat2>(
        IGraph<SourceShape<TIn>, TMat1> source,
        IGraph<SinkShape<TOut>, TMat2> sink,
        IMaterializer materializer) => Source.FromGraph(source).Via(this).ToMaterialized(sink, Keep.Both).Run(materializer);

    public Flow<TIn, TOut, TMat3> ConcatMaterialized<TMat2, TMat3>(
        IGraph<SourceShape<TOut>, TMat2> that,
        Func<TMat, TMat2, TMat3> materializedFunction) =>
        new(new ConcatModule<TOut, TMat, TMat2, TMat3>(_module, Blueprint.Of(that), sideFirst: false, materializedFunction));

    public Flow<TIn, TOut, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> mapFunc) => new(new MapModule<TMat, TMat2>(_module, mapFunc));

    public Flow<TIn, TOut, TMat> WithAttributes(Attributes attributes) => new(Blueprint.Replace(_module, attributes));

    public Flow<TIn, TOut, TMat> AddAttributes(Attributes attributes) => new(Blueprint.Add(_module, attributes));

    public Flow<TIn, TOut, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    public Flow<TIn, TOut, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.WithAttributes(Attributes attributes) =>
        WithAttributes(attributes);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.Named(string name) => Named(name);

    IGraph<FlowShape<TIn, TOut>, TMat> IGraph<FlowShape<TIn, TOut>, TMat>.Async() => Async();

    internal Flow<TIn, TOut2, TMat> PrependUpcast<TOut2>(IBlueprint<TMat> that, Func<TOut, TOut2> upcast) =>
        new(new ConcatModule<TOut2, TMat, TMat, TMat>(
            typeof(TOut) == typeof(TOut2) ? _module : new KeepLeftModule<TMat, NotUsed>(_module, new SelectStage<TOut, TOut2>(upcast)),
            that,
            sideFirst: true,
            Keep.Left));
}

public static class Flow
{
    public static Flow<T, T, NotUsed> Create<T>() => new(IdentityModule.Instance);

    public static Flow<TIn, TOut, NotUsed> FromFunction<TIn, TOut>(Func<TIn, TOut> function) => Create<TIn>().Select(function);

    public static Flow<TIn, TOut, TMat> FromGraph<TIn, TOut, TMat>(IGraph<FlowShape<TIn, TOut>, TMat> graph) =>
        graph as Flow<TIn, TOut, TMat> ?? new Flow<TIn, TOut, TMat>(Blueprint.Of(graph));

    public static Flow<TIn, TOut, NotUsed> FromSinkAndSource<TIn, TOut, TMat>(
        IGraph<SinkShape<TIn>, TMat> sink,
        IGraph<SourceShape<TOut>, TMat> source) => FromSinkAndSource(sink, source, Keep.None);

    public static Flow<TIn, TOut, TMat> FromSinkAndSource<TIn, TOut, TMat1, TMat2, TMat>(
        IGraph<SinkShape<TIn>, TMat1> sink,
        IGraph<SourceShape<TOut>, TMat2> source,
        Func<TMat1, TMat2, TMat> combine) =>
        new(new LinearModule<TMat1, TMat2, TMat>(Blueprint.Of(sink), Blueprint.Of(source), combine));
}
