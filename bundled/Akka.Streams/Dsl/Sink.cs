using System.Collections.Immutable;
using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>An end of a stream: takes elements and lets none out.</summary>
public sealed class Sink<TIn, TMat> : IGraph<SinkShape<TIn>, TMat>
{
    private readonly IBlueprint<TMat> _module;
    private SinkShape<TIn> _shape;

    internal Sink(IBlueprint<TMat> module) => _module = module;

    public SinkShape<TIn> Shape => _shape ??= new SinkShape<TIn>(new Inlet<TIn>("Sink.in"));

    public IModule Module => _module;

    public TMat2 RunWith<TMat2>(IGraph<SourceShape<TIn>, TMat2> source, IMaterializer materializer) =>
        Source.FromGraph(source).To(this).Run(materializer);

    public Sink<TIn, TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> fn) => new(new MapModule<TMat, TMat2>(_module, fn));

    public Sink<TIn2, TMat> ContraMap<TIn2>(Func<TIn2, TIn> function) =>
        Flow.FromFunction(function).ToMaterialized(this, Keep.Right);

    public Sink<TIn, TMat> WithAttributes(Attributes attributes) => new(Blueprint.Replace(_module, attributes));

    public Sink<TIn, TMat> AddAttributes(Attributes attributes) => new(Blueprint.Add(_module, attributes));

    public Sink<TIn, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

    public Sink<TIn, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.Named(string name) => Named(name);

    IGraph<SinkShape<TIn>, TMat> IGraph<SinkShape<TIn>, TMat>.Async() => Async();
}

public static class Sink
{
    public static Sink<TIn, TMat> FromGraph<TIn, TMat>(IGraph<SinkShape<TIn>, TMat> graph) =>
        graph as Sink<TIn, TMat> ?? new Sink<TIn, TMat>(Blueprint.Of(graph));

    public static Sink<TIn, Task<IImmutableList<TIn>>> Seq<TIn>() => FromGraph(new SeqSink<TIn>());

    public static Sink<TIn, Task<TIn>> First<TIn>() => FromGraph(new FirstSink<TIn>(orDefault: false));

    public static Sink<TIn, Task<TIn>> FirstOrDefault<TIn>() => FromGraph(new FirstSink<TIn>(orDefault: true));

    public static Sink<TIn, Task<TIn>> Last<TIn>() => FromGraph(new LastSink<TIn>(orDefault: false));

    public static Sink<TIn, Task<TIn>> LastOrDefault<TIn>() => FromGraph(new LastSink<TIn>(orDefault: true));

    public static Sink<TIn, Task<Done>> Ignore<TIn>() => FromGraph(new ForEachSink<TIn>(null));

    public static Sink<TIn, Task<Done>> ForEach<TIn>(Action<TIn> action) => FromGraph(new ForEachSink<TIn>(action));

    public static Sink<TIn, Task<TOut>> Aggregate<TIn, TOut>(TOut zero, Func<TOut, TIn, TOut> aggregate) => Flow.Create<TIn>()
        .Aggregate(zero, aggregate)
        .ToMaterialized(First<TOut>(), Keep.Right);

    public static Sink<TIn, NotUsed> OnComplete<TIn>(Action success, Action<Exception> failure) =>
        FromGraph(new OnCompleteSink<TIn>(success, failure));

    public static Sink<TIn, NotUsed> Cancelled<TIn>() => FromGraph(new CancelledSink<TIn>());

    /// <summary>
    /// Sends elements to an actor, each after the one before has been acknowledged by any message of the acknowledgement's type.
    /// </summary>
    public static Sink<TIn, NotUsed> ActorRefWithAck<TIn>(
        IActorRef actorRef,
        object onInitMessage,
        object ackMessage,
        object onCompleteMessage,
        Func<Exception, object> onFailureMessage = null) => FromGraph(new ActorRefWithAckSink<TIn>(
            actorRef,
            onInitMessage,
            ackMessage,
            onCompleteMessage,
            onFailureMessage ?? (static cause => new Status.Failure(cause))));
}
