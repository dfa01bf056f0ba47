namespace ActorTransfer.Protocol.Resolution;

/// <summary>The order in which to try the targets of SRV records (RFC 2782).</summary>
internal static class SrvOrder
{
    /// <summary>
    /// Lower priorities first. Within a priority, records are drawn at random in proportion to their weight; records of weight 0 have a
    /// small chance beside others, and an equal one among themselves.
    /// </summary>
    /// <param name="candidates">Records of one kind, or of several whose priorities and weights are mixed (XEP-0368 §3).</param>
    /// <param name="record">The record of a candidate.</param>
    /// <param name="random">Returns a random number from 0 to its argument, inclusive.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> candidates, Func<T, SrvRecord> record, Func<int, int> random)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(random);
        foreach (var group in candidates.GroupBy(candidate => record(candidate).Priority).OrderBy(group => group.Key))
        {
            // "Placed at the beginning of this list": a draw of 0 selects them.
            var left = group.OrderBy(candidate => record(candidate).Weight > 0).ToList();
            while (left.Count > 0)
            {
                var next = Draw(left.ConvertAll(candidate => record(candidate).Weight), random);
                yield return left[next];
                left.RemoveAt(next);
            }
        }
    }

    private static int Draw(List<int> weights, Func<int, int> random)
    {
        var sum = weights.Sum();
        if (sum == 0)
        {
            return random(weights.Count - 1);
        }

        var drawn = random(sum);
        var running = 0;
        return weights.FindIndex(weight => (running += weight) >= drawn);
    }
}
