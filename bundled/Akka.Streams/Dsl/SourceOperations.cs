using Akka.Streams.Implementation;
using Akka.Util;

namespace Akka.Streams.Dsl;

/// <summary>What can be done to the elements of a source; the same as for flows.</summary>
public static class SourceOperations
{
    public static Source<TOut, TMat> Select<TIn, TOut, TMat>(this Source<TIn, TMat> flow, Func<TIn, TOut> mapper) =>
        flow.Via(new SelectStage<TIn, TOut>(mapper));

    /// <summary>Results go out in the order of what they were made from; a failed task fails the stream at once.</summary>
    public static Source<TOut, TMat> SelectAsync<TIn, TOut, TMat>(
        this Source<TIn, TMat> flow,
        int parallelism,
        Func<TIn, Task<TOut>> asyncMapper) =>
        flow.Via(new SelectAsyncStage<TIn, TOut>(parallelism, asyncMapper));

    public static Source<TOut, TMat> SelectAsyncUnordered<TIn, TOut, TMat>(
        this Source<TIn, TMat> flow,
        int parallelism,
        Func<TIn, Task<TOut>> asyncMapper) =>
        flow.Via(new SelectAsyncUnorderedStage<TIn, TOut>(parallelism, asyncMapper));

    public static Source<TOut2, TMat> SelectMany<TOut1, TOut2, TMat>(
        this Source<TOut1, TMat> flow,
        Func<TOut1, IEnumerable<TOut2>> mapConcater) =>
        flow.Via(new SelectManyStage<TOut1, TOut2>(() => mapConcater));

    public static Source<TOut2, TMat> StatefulSelectMany<TOut1, TOut2, TMat>(
        this Source<TOut1, TMat> flow,
        Func<Func<TOut1, IEnumerable<TOut2>>> mapConcaterFactory) =>
        flow.Via(new SelectManyStage<TOut1, TOut2>(mapConcaterFactory));

    public static Source<TOut, TMat> Where<TOut, TMat>(this Source<TOut, TMat> flow, Predicate<TOut> predicate) =>
        flow.Via(new WhereStage<TOut>(predicate));

    public static Source<TOut, TMat> WhereNot<TOut, TMat>(this Source<TOut, TMat> flow, Predicate<TOut> predicate) =>
        flow.Via(new WhereStage<TOut>(element => !predicate(element)));

    public static Source<TOut2, TMat> Collect<TOut1, TOut2, TMat>(
        this Source<TOut1, TMat> flow,
        Func<TOut1, bool> isDefined,
        Func<TOut1, TOut2> collector) =>
        flow.Via(new CollectStage<TOut1, TOut2>(isDefined, collector));

    public static Source<TOut, TMat> Take<TOut, TMat>(this Source<TOut, TMat> flow, long n) =>
        flow.Via(new TakeStage<TOut>(n));

    public static Source<TOut, TMat> TakeWhile<TOut, TMat>(
        this Source<TOut, TMat> flow,
        Predicate<TOut> predicate,
        bool inclusive = false) =>
        flow.Via(new TakeWhileStage<TOut>(predicate, inclusive));

    public static Source<TOut, TMat> Skip<TOut, TMat>(this Source<TOut, TMat> flow, long n) =>
        flow.Via(new SkipStage<TOut>(n));

    public static Source<TOut2, TMat> Scan<TOut1, TOut2, TMat>(this Source<TOut1, TMat> flow, TOut2 zero, Func<TOut2, TOut1, TOut2> scan) =>
        flow.Via(new ScanStage<TOut1, TOut2>(zero, scan));

    public static Source<TOut2, TMat> Aggregate<TOut1, TOut2, TMat>(
        this Source<TOut1, TMat> flow,
        TOut2 zero,
        Func<TOut2, TOut1, TOut2> fold) =>
        flow.Via(new AggregateStage<TOut1, TOut2>(zero, fold));

    public static Source<IEnumerable<TOut>, TMat> Grouped<TOut, TMat>(this Source<TOut, TMat> flow, int n) =>
        flow.Via(new GroupedStage<TOut>(n));

    public static Source<TOut, TMat> Buffer<TOut, TMat>(this Source<TOut, TMat> flow, int size, OverflowStrategy strategy) =>
        flow.Via(new BufferStage<TOut>(size, strategy));

    public static Source<TOut, TMat> Throttle<TOut, TMat>(
        this Source<TOut, TMat> flow,
        int elements,
        TimeSpan per,
        int maximumBurst,
        ThrottleMode mode) =>
        flow.Via(new ThrottleStage<TOut>(elements, per, maximumBurst, static _ => 1, mode));

    public static Source<TOut, TMat> Throttle<TOut, TMat>(
        this Source<TOut, TMat> flow,
        int cost,
        TimeSpan per,
        int maximumBurst,
        Func<TOut, int> calculateCost,
        ThrottleMode mode) =>
        flow.Via(new ThrottleStage<TOut>(cost, per, maximumBurst, calculateCost, mode));

    public static Source<TOut, TMat> IdleTimeout<TOut, TMat>(this Source<TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Idle));

    public static Source<TOut, TMat> CompletionTimeout<TOut, TMat>(this Source<TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Completion));

    public static Source<TOut, TMat> InitialTimeout<TOut, TMat>(this Source<TOut, TMat> flow, TimeSpan timeout) =>
        flow.Via(new TimeoutStage<TOut>(timeout, TimeoutKind.Initial));

    public static Source<TOut, TMat> Recover<TOut, TMat>(this Source<TOut, TMat> flow, Func<Exception, Option<TOut>> partialFunc) =>
        flow.Via(new RecoverStage<TOut>(partialFunc));

    public static Source<TOut, TMat> SelectError<TOut, TMat>(this Source<TOut, TMat> flow, Func<Exception, Exception> selector) =>
        flow.Via(new SelectErrorStage<TOut>(selector));

    public static Source<TOut, TMat2> WatchTermination<TOut, TMat, TMat2>(
        this Source<TOut, TMat> flow,
        Func<TMat, Task<Done>, TMat2> materializerFunction) =>
        flow.ViaMaterialized(TerminationWatcher<TOut>.Instance, materializerFunction);

    public static Source<TOut, TMat> Concat<TOut, TMat>(
        this Source<TOut, TMat> flow,
        IGraph<SourceShape<TOut>, TMat> other) => flow.ConcatMaterialized(other, Keep.Left);

    public static Source<TOut2, TMat> Prepend<TOut1, TOut2, TMat>(
        this Source<TOut1, TMat> flow,
        IGraph<SourceShape<TOut2>, TMat> that)
        where TOut1 : TOut2 => flow.PrependUpcast<TOut2>(Blueprint.Of(that), static element => element);
}
