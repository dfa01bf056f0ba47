using System.Globalization;
using ActorTransfer.Benchmarks.Load.Candidates;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>Measures proxies alternately, so that other load of the machine affects all of them equally.</summary>
internal static class Rounds
{
    /// <summary>Measures every proxy at every size, round by round.</summary>
    /// <param name="candidates">The proxies.</param>
    /// <param name="sizes">Pairs or set-ups at a time.</param>
    /// <param name="options">How many rounds; gets progress.</param>
    /// <param name="measureAsync">One measurement; gets proxy, size, number of the round (from 1). An exception is a failed measurement.</param>
    /// <param name="describe">For the progress line.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>By proxy and size: what was measured, and the first error.</returns>
    public static async Task<IReadOnlyList<Measured<T>>> MeasureAsync<T>(
        IReadOnlyList<Candidate> candidates,
        IReadOnlyList<int> sizes,
        LoadOptions options,
        Func<Candidate, int, int, Task<T>> measureAsync,
        Func<T, string> describe,
        CancellationToken cancel)
    {
        Measured<T>[][] all = [.. sizes.Select(size => candidates.Select(candidate => new Measured<T>(candidate, size)).ToArray())];
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (Measured<T> one in all.SelectMany(ofSize => Turned(ofSize, round)))
            {
                string head = string.Create(CultureInfo.InvariantCulture, $"round {round}/{options.Rounds} {one.Candidate.Name,-15} {one.Size,5}: ");
                try
                {
                    T value = await measureAsync(one.Candidate, one.Size, round);
                    one.Values.Add(value);
                    options.Report(head + describe(value));
                }
                catch (Exception exception) when (exception is IOException or InvalidDataException)
                {
                    one.Fault ??= exception.Message;
                    options.Report(head + exception.Message);
                }

                cancel.ThrowIfCancellationRequested();
            }
        }

        return [.. all.SelectMany(ofSize => ofSize)];
    }

    /// <summary>The order of a round: each starts with another proxy, so that none is always first after a pause or a change of size.</summary>
    /// <param name="all">In the order of the first round.</param>
    /// <param name="round">From 1.</param>
    public static IEnumerable<T> Turned<T>(IReadOnlyList<T> all, int round) =>
        Enumerable.Range(round - 1, all.Count).Select(index => all[index % all.Count]);
}

/// <summary>All rounds of one proxy at one size.</summary>
internal sealed class Measured<T>(Candidate candidate, int size)
{
    public Candidate Candidate => candidate;

    public int Size => size;

    public List<T> Values { get; } = [];

    /// <summary>The first error.</summary>
    public string? Fault { get; set; }

    /// <summary>Median over the rounds; null when none succeeded.</summary>
    public double? Median(Func<T, double> value)
    {
        double[] sorted = [.. Values.Select(value).Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? null : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
