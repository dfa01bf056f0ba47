namespace ActorTransfer.Protocol.Resolution;

/// <summary>The order in which the targets of SRV records are tried (RFC 2782).</summary>
internal static class SrvOrder
{
    /// <summary>
    /// Lower priorities first. Within a priority the next is drawn with a chance in proportion to its weight; records of weight 0 have a small one beside others,
    /// and equal ones among themselves.
    /// </summary>
    /// <param name="candidates">Records of one kind, or of several whose priorities and weights are mixed (XEP-0368 §3).</param>
    /// <param name="record">The record of a candidate.</param>
    /// <param name="random">Draws a number from 0 to its argument, both included.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> candidates, Func<T, SrvRecord> record, Func<int, int> random)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(random);
        foreach (var group in candidates.GroupBy(candidate => record(candidate).Priority).OrderBy(group => group.Key))
        {
            // "Placed at the beginning of this list": there a draw of 0 finds them.
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
