using System.Collections.Immutable;
using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl;

/// <summary>An end of a stream: takes elements and lets none out.</summary>
public sealed class Sink<TIn, TMat> : IGraph<SinkShape<TIn>, TMat>
{
    private readonly Func<StreamBuilder, TMat> _build;

    internal Sink(Func<StreamBuilder, TMat> build) => _build = build;

    TMat IGraph<SinkShape<TIn>, TMat>.Build(StreamBuilder builder) => _build(builder);
}

public static class Sink
{
    public static Sink<TIn, TMat> FromGraph<TIn, TMat>(IGraph<SinkShape<TIn>, TMat> graph) =>
        graph as Sink<TIn, TMat> ?? new Sink<TIn, TMat>(graph.Build);

    public static Sink<TIn, Task<IImmutableList<TIn>>> Seq<TIn>() => FromGraph(new SeqSink<TIn>());

    public static Sink<TIn, Task<TIn>> First<TIn>() => FromGraph(new FirstSink<TIn>());

    public static Sink<TIn, Task<Done>> Ignore<TIn>() => FromGraph(new IgnoreSink<TIn>());

    public static Sink<TIn, Task<TOut>> Aggregate<TIn, TOut>(TOut zero, Func<TOut, TIn, TOut> aggregate) => Flow.Create<TIn>()
        .Via(new AggregateStage<TIn, TOut>(zero, aggregate))
        .ToMaterialized(First<TOut>(), Keep.Right);

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
