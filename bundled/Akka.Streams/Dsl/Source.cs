using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams.Implementation;
using Akka.Util;

namespace Akka.Streams.Dsl;

/// <summary>A beginning of a stream.</summary>
public sealed class Source<TOut, TMat> : IGraph<SourceShape<TOut>, TMat>
{
    private readonly IBlueprint<TMat> _module;
    private SourceShape<TOut> _shape;

    internal Source(IBlueprint<TMat> module) => _module = module;

    public SourceShape<TOut> Shape => _shape ??= new SourceShape<TOut>(new Outlet<TOut>("Source.out"));

    public IModule Module => _module;

    public Source<T2, TMat> Via<T2, TMat2>(IGraph<FlowShape<TOut, T2>, TMat2> flow) =>
        new(new KeepLeftModule<TMat, TMat2>(_module, Blueprint.Of(flow)));

    public Source<TOut2, TMat3> ViaMaterialized<TOut2, TMat2, TMat3>(
        IGraph<FlowShape<TOut, TOut2>, TMat2> flow,
        Func<TMat, TMat2, TMat3> combine) => new(new LinearModule<TMat, TMat2, TMat3>(_module, Blueprint.Of(flow), combine));

    public IRunnableGraph<TMat> To<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink) =>
        new RunnableGraph<TMat>(new KeepLeftModule<TMat, TMat2>(_module, Blueprint.Of(sink)));

    public IRunnableGraph<TMat3> ToMaterialized<TMat2, TMat3>(
        IGraph<SinkShape<TOut>, TMat2> sink,
        Func<TMat, TMat2, TMat3> combine) =>
        new RunnableGraph<TMat3>(new LinearModule<TMat, TMat2, TMat3>(_module, Blueprint.Of(sink), combine));

    public TMat2 RunWith<TMat2>(IGraph<SinkShape<TOut>, TMat2> sink, IMaterializer materializer) =>
        ToMaterialized(sink, Keep.Right).Run(materializer);

    public Task RunForeach(Action<TOut> action, IMaterializer materializer) => RunWith(Sink.ForEach(action), materializer);

    public Task<TOut2> RunAggregate<TOut2>(TOut2 zero, Func<TOut2, TOut, TOut2> aggregate, IMaterializer materializer) =>
        RunWith(Sink.Aggregate(zero, aggregate), materializer);

    public Source<TOut, TMat3> ConcatMaterialized<TMat2, TMat3>(
        IGraph<SourceShape<TOut>, TMat2> that,
        Func<TMat, TMat2, TMat3> materializedFunction) =>
        new(new ConcatModule<TOut, TMat, TMat2, TMat3>(_module, Blueprint.Of(that), sideFirst: false, materializedFunction));

    public Source<TOut, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> mapFunc) => new(new MapModule<TMat, TMat2>(_module, mapFunc));

    public Source<TOut, TMat> WithAttributes(Attributes attributes) => new(Blueprint.Replace(_module, attributes));

    public Source<TOut, TMat> AddAttributes(Attributes attributes) => new(Blueprint.Add(_module, attributes));

    public Source<TOut, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    public Source<TOut, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.Named(string name) => Named(name);

    IGraph<SourceShape<TOut>, TMat> IGraph<SourceShape<TOut>, TMat>.Async() => Async();

    internal Source<TOut2, TMat> PrependUpcast<TOut2>(IBlueprint<TMat> that, Func<TOut, TOut2> upcast) =>
        new(new ConcatModule<TOut2, TMat, TMat, TMat>(
            typeof(TOut) == typeof(TOut2) ? _module : new KeepLeftModule<TMat, NotUsed>(_module, new SelectStage<TOut, TOut2>(upcast)),
            that,
            sideFirst: true,
            Keep.Left));
}

public static class Source
{
    public static Source<T, TMat> FromGraph<T, TMat>(IGraph<SourceShape<T>, TMat> source) =>
        source as Source<T, TMat> ?? new Source<T, TMat>(Blueprint.Of(source));

    public static Source<T, NotUsed> From<T>(IEnumerable<T> enumerable) => FromEnumerator(enumerable.GetEnumerator);

    public static Source<T, NotUsed> FromEnumerator<T>(Func<IEnumerator<T>> enumeratorFactory) =>
        FromGraph(new EnumeratorSource<T>(enumeratorFactory));

    public static Source<T, NotUsed> Single<T>(T element) => FromGraph(new SingleSource<T>(element));

    public static Source<T, NotUsed> Repeat<T>(T element) =>
        FromGraph(new UnfoldSource<NotUsed, T>(NotUsed.Instance, state => Option<(NotUsed, T)>.Create((state, element))));

    public static Source<T, NotUsed> Empty<T>() => FromGraph(new EndedSource<T>(null));

    public static Source<T, NotUsed> Failed<T>(Exception cause) =>
        FromGraph(new EndedSource<T>(cause ?? throw new ArgumentNullException(nameof(cause))));

    public static Source<T, NotUsed> FromTask<T>(Task<T> task) => FromGraph(new TaskSource<T>(task));

    public static Source<T, NotUsed> Never<T>() => FromTask(new TaskCompletionSource<T>().Task);

    /// <summary>Emits what the task is completed with; completes at once if that is null.</summary>
    public static Source<T, TaskCompletionSource<T>> Maybe<T>() => FromGraph(new MaybeSource<T>());

    public static Source<TElem, NotUsed> Unfold<TState, TElem>(TState state, Func<TState, Option<(TState, TElem)>> unfold) =>
        FromGraph(new UnfoldSource<TState, TElem>(state, unfold));

    public static Source<TElem, NotUsed> UnfoldAsync<TState, TElem>(
        TState state,
        Func<TState, Task<Option<(TState, TElem)>>> unfoldAsync) => FromGraph(new UnfoldAsyncSource<TState, TElem>(state, unfoldAsync));

    public static Source<T, ICancelable> Tick<T>(TimeSpan initialDelay, TimeSpan interval, T tick) =>
        FromGraph(new TickSource<T>(initialDelay, interval, tick));

    public static Source<T, ISourceQueueWithComplete<T>> Queue<T>(int bufferSize, OverflowStrategy overflowStrategy) => bufferSize >= 0
        ? FromGraph(new QueueSource<T>(bufferSize, overflowStrategy))
        : throw new ArgumentException("A buffer cannot have a negative size", nameof(bufferSize));
}

public static class ChannelSource
{
    public static Source<T, NotUsed> FromReader<T>(ChannelReader<T> reader) => Source.FromGraph(
        new ChannelReaderSource<T>(reader ?? throw new ArgumentNullException(nameof(reader))));
}
