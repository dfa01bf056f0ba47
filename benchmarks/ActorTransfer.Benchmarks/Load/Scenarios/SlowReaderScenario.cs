using System.Diagnostics;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>
/// Eight pairs, one of whose readers stops: the others must not be affected, and the proxy must not fill its memory. Then it reads again.
/// </summary>
internal sealed class SlowReaderScenario : ILoadScenario
{
    private const int OpenAtOnce = 32;
    private const int Stopped = 0;
    private const double Mebi = 1 << 20;

    public string Name => "slow-reader";

    public string Summary => "effect of one stopped reader on the others and the proxy";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using CandidateGroup candidates = await CandidateGroup.StartAsync(options, cancel);
        int[] sizes = options.Pairs.Count > 0 ? [.. options.Pairs] : [8];
        var all = await Rounds.MeasureAsync(
            candidates.Running,
            sizes,
            options,
            (candidate, pairs, round) => MeasureAsync(candidate, pairs, round, options, cancel),
            Turn.Describe,
            cancel);
        return [.. all.Select(Row)];
    }

    /// <summary>Every other round starts with the pairs alone.</summary>
    private static async Task<Turn> MeasureAsync(Candidate candidate, int count, int round, LoadOptions options, CancellationToken cancel)
    {
        Task<Turn> AloneAsync() => FlowAsync(candidate, count - 1, isOneStopped: false, options, cancel);
        Turn? before = round % 2 == 1 ? await AloneAsync() : null;
        Turn with = await FlowAsync(candidate, count, isOneStopped: true, options, cancel);
        Turn without = before ?? await AloneAsync();
        return with with { Alone = without.Others, Lost = with.Lost + without.Lost };
    }

    private static async Task<Turn> FlowAsync(Candidate candidate, int count, bool isOneStopped, LoadOptions options, CancellationToken cancel)
    {
        using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
        using OpenPairs pairs = new(engine.Open(count, OpenAtOnce, cancel));
        using RelayTraffic traffic = new(pairs.All);
        if (isOneStopped)
        {
            traffic.Pause(Stopped);
            traffic.Hold(Stopped);
        }

        traffic.Start();
        await traffic.FlowAsync(Site.Current.WarmUp, cancel);
        long resident = candidate.Usage.ResidentBytes; // before the first byte of the stopped pair, so that its buffers count
        if (isOneStopped)
        {
            traffic.Release(Stopped);
        }

        await traffic.FlowAsync(Site.Current.WarmUp / 2, cancel);
        (long start, long before) = (Stopwatch.GetTimestamp(), traffic.Received().Sum());
        await traffic.FlowAsync(TimeSpan.FromSeconds(options.Seconds), cancel);
        double rate = (traffic.Received().Sum() - before) / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
        long growth = candidate.Usage.ResidentBytes - resident;
        Turn turn = new(rate, isOneStopped ? traffic.Taken(Stopped) : 0, isOneStopped ? traffic.UnderWay(Stopped) : 0, growth);
        if (isOneStopped)
        {
            traffic.Resume(Stopped);
            await traffic.FlowAsync(Site.Current.WarmUp / 2, cancel);
        }

        return turn with { Lost = await traffic.FinishAsync(cancel) };
    }

    private static LoadRow Row(Measured<Turn> measured) => new LoadRow()
        .With("proxy", measured.Candidate.Name)
        .With("pairs", measured.Size)
        .With("others", measured.Median(turn => turn.Others / turn.Alone))
        .With("others MB/s", measured.Median(turn => turn.Others))
        .With("alone MB/s", measured.Median(turn => turn.Alone))
        .With("taken MiB", measured.Median(turn => turn.Taken / Mebi))
        .With("held MiB", measured.Median(turn => turn.Held / Mebi))
        .With("RSS growth MiB", measured.Median(turn => turn.Growth / Mebi))
        .With("bytes lost", measured.Values.Sum(turn => turn.Lost))
        .With("rounds", measured.Values.Select(turn => turn.Others / turn.Alone).ToArray())
        .With("compiled", measured.Candidate.Compiled)
        .With("fault", measured.Fault);

    /// <param name="Others">MB/s of the pairs that are read.</param>
    /// <param name="Taken">Bytes sent to the reader that stopped.</param>
    /// <param name="Held">Of these, bytes that are not in the reader's kernel.</param>
    /// <param name="Growth">Growth of the proxy's memory since the start of the stopped pair.</param>
    private sealed record Turn(double Others, double Taken, double Held, double Growth)
    {
        /// <summary>MB/s of as many pairs without the stopped one.</summary>
        public double Alone { get; init; }

        /// <summary>Bytes that did not arrive.</summary>
        public long Lost { get; init; }

        public static string Describe(Turn turn) => FormattableString.Invariant(
            $"others {turn.Others / turn.Alone:0.00} ({turn.Others:0} of {turn.Alone:0} MB/s), taken {turn.Taken / Mebi:0.00} MiB")
            + FormattableString.Invariant($", held {turn.Held / Mebi:0.00}, RSS {turn.Growth / Mebi:+0.0;-0.0;0} MiB")
            + (turn.Lost == 0 ? "" : $", {turn.Lost} bytes LOST");
    }
}
