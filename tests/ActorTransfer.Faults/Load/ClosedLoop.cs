using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorTransfer.Faults.Load;

/// <summary>So many transfers in progress, each followed by the next.</summary>
internal static class ClosedLoop
{
    /// <summary>After a refusal, as a polite client.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public static async Task<LoopResult> RunAsync(Func<Task<LoadOutcome>> send, int atOnce, TimeSpan time)
    {
        ConcurrentBag<LoadOutcome> outcomes = [];
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                var outcome = await send();
                outcomes.Add(outcome);
                if (!outcome.IsWhole)
                {
                    await Task.Delay(s_pause);
                }
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double[] times = [.. outcomes.Where(outcome => outcome.IsWhole).Select(outcome => outcome.Took.TotalMilliseconds).Order()];
        return new LoopResult(
            times.Length / seconds,
            times.Length,
            outcomes.Where(outcome => !outcome.IsWhole).GroupBy(outcome => outcome.Text).ToDictionary(group => group.Key, group => group.Count()),
            times.Length == 0 ? 0 : times[times.Length / 2],
            outcomes.Count == 0 ? 0 : outcomes.Max(outcome => outcome.Took.TotalMilliseconds));
    }
}

/// <summary>What a <see cref="ClosedLoop"/> did.</summary>
/// <param name="PerSecond">Whole files a second.</param>
/// <param name="Whole">Whole files.</param>
/// <param name="Others">Other outcomes and their number.</param>
/// <param name="MedianMs">Of whole files, from the call to both outcomes.</param>
/// <param name="WorstMs">Of all outcomes.</param>
internal sealed record LoopResult(double PerSecond, int Whole, IReadOnlyDictionary<string, int> Others, double MedianMs, double WorstMs)
{
    public int Refused => Others.Values.Sum();

    public string OtherTexts => string.Join(", ", Others.OrderByDescending(other => other.Value).Select(other => $"{other.Value} {other.Key}"));
}
