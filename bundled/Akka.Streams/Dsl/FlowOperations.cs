using Akka.Streams.Implementation;
using Akka.Util;

namespace Akka.Streams.Dsl;

/// <summary>What can be done to the elements of a flow; the same as for sources.</summary>
public static class FlowOperations
{
    public static Flow<T, TOut, TMat> Select<T, TIn, TOut, TMat>(this Flow<T, TIn, TMat> flow, Func<TIn, TOut> mapper) =>
        flow.Via(new SelectStage<TIn, TOut>(mapper));

    /// <summary>Results go out in the order of what they were made from; a failed task fails the stream at once.</summary>
    public static Flow<T, TOut, TMat> SelectAsync<T, TIn, TOut, TMat>(
        this Flow<T, TIn, TMat> flow,
        int parallelism,
        Func<TIn, Task<TOut>> asyncMapper) =>
        flow.Via(new SelectAsyncStage<TIn, TOut>(parallelism, asyncMapper));

    public static Flow<T, TOut, TMat> SelectAsyncUnordered<T, TIn, TOut, TMat>(
        this Flow<T, TIn, TMat> flow,
        int parallelism,
        Func<TIn, Task<TOut>> asyncMapper) =>
        flow.Via(new SelectAsyncUnorderedStage<TIn, TOut>(parallelism, asyncMapper));

    public static Flow<T, TOut, TMat> SelectMany<T, TIn, TOut, TMat>(
        this Flow<T, TIn, TMat> flow,
        Func<TIn, IEnumerable<TOut>> mapConcater) =>
        flow.Via(new SelectManyStage<TIn, TOut>(() => mapConcater));

    public static Flow<T, TOut, TMat> StatefulSelectMany<T, TIn, TOut, TMat>(
        this Flow<T, TIn, TMat> flow,
        Func<Func<TIn, IEnumerable<TOut>>> mapConcaterFactory) =>
        flow.Via(new SelectManyStage<TIn, TOut>(mapConcaterFactory));

    public static Flow<TIn, TOut, TMat> Where<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, Predicate<TOut> predicate) =>
        flow.Via(new WhereStage<TOut>(predicate));

    public static Flow<TIn, TOut, TMat> WhereNot<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, Predicate<TOut> predicate) =>
        flow.Via(new WhereStage<TOut>(element => !predicate(element)));

    public static Flow<TIn, TOut2, TMat> Collect<TIn, TOut1, TOut2, TMat>(
        this Flow<TIn, TOut1, TMat> flow,
        Func<TOut1, bool> isDefined,
        Func<TOut1, TOut2> collector) =>
        flow.Via(new CollectStage<TOut1, TOut2>(isDefined, collector));

    public static Flow<TIn, TOut, TMat> Take<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, long n) =>
        flow.Via(new TakeStage<TOut>(n));

    public static Flow<TIn, TOut, TMat> TakeWhile<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        Predicate<TOut> predicate,
        bool inclusive = false) =>
        flow.Via(new TakeWhileStage<TOut>(predicate, inclusive));

    public static Flow<TIn, TOut, TMat> Skip<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, long n) =>
        flow.Via(new SkipStage<TOut>(n));

    public static Flow<TIn, TOut2, TMat> Scan<TIn, TOut1, TOut2, TMat>(
        this Flow<TIn, TOut1, TMat> flow,
        TOut2 zero,
        Func<TOut2, TOut1, TOut2> scan) =>
        flow.Via(new ScanStage<TOut1, TOut2>(zero, scan));

    public static Flow<TIn, TOut2, TMat> Aggregate<TIn, TOut1, TOut2, TMat>(
        this Flow<TIn, TOut1, TMat> flow,
        TOut2 zero,
        Func<TOut2, TOut1, TOut2> fold) =>
        flow.Via(new AggregateStage<TOut1, TOut2>(zero, fold));

    public static Flow<TIn, IEnumerable<TOut>, TMat> Grouped<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, int n) =>
        flow.Via(new GroupedStage<TOut>(n));

    public static Flow<TIn, TOut, TMat> Buffer<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, int size, OverflowStrategy strategy) =>
        flow.Via(new BufferStage<TOut>(size, strategy));

    public static Flow<TIn, TOut, TMat> Throttle<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        int elements,
        TimeSpan per,
        int maximumBurst,
        ThrottleMode mode) =>
        flow.Via(new ThrottleStage<TOut>(elements, per, maximumBurst, static _ => 1, mode));

    public static Flow<TIn, TOut, TMat> Throttle<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        int cost,
        TimeSpan per,
        int maximumBurst,
        Func<TOut, int> calculateCost,
        ThrottleMode mode) =>
        flow.Via(new ThrottleStage<TOut>(cost, per, maximumBurst, calculateCost, mode));

    public static Flow<TIn, TOut, TMat> IdleTimeout<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Idle));

    public static Flow<TIn, TOut, TMat> CompletionTimeout<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Completion));

    public static Flow<TIn, TOut, TMat> InitialTimeout<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Initial));

    public static Flow<TIn, TOut, TMat> Recover<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        Func<Exception, Option<TOut>> partialFunc) =>
        flow.Via(new RecoverStage<TOut>(partialFunc));

    public static Flow<TIn, TOut, TMat> SelectError<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        Func<Exception, Exception> selector) =>
        flow.Via(new SelectErrorStage<TOut>(selector));

    public static Flow<TIn, TOut, TMat2> WatchTermination<TIn, TOut, TMat, TMat2>(
        this Flow<TIn, TOut, TMat> flow,
        Func<TMat, Task<Done>, TMat2> materializerFunction) =>
        flow.ViaMaterialized(TerminationWatcher<TOut>.Instance, materializerFunction);

    public static Flow<TIn, TOut, TMat> Concat<TIn, TOut, TMat>(
        this Flow<TIn, TOut, TMat> flow,
        IGraph<SourceShape<TOut>, TMat> other) => flow.ConcatMaterialized(other, Keep.Left);

    public static Flow<TIn, TOut2, TMat> Prepend<TIn, TOut1, TOut2, TMat>(
        this Flow<TIn, TOut1, TMat> flow,
        IGraph<SourceShape<TOut2>, TMat> that)
        where TOut1 : TOut2 => flow.PrependUpcast<TOut2>(Blueprint.Of(that), static element => element);
}
