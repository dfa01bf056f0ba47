using System.Collections;

namespace ActorTransfer.Benchmarks.ClusterModel;

/// <summary>
/// The membership gossip of Akka.Cluster after one change at the leader, with its default settings: each second (three times a second while a node knows of
/// less than half of the members that they have seen the change) each node sends to one other, mostly to one that has not seen the change.
/// </summary>
internal sealed class GossipSimulation
{
    private const int Runs = 9;
    private const int TicksPerSecond = 3;
    private const double DifferentView = 0.8;
    private const int ReduceAbove = 400;

    private readonly Random _random;
    private readonly int[] _phases;
    private readonly int[] _counts;

    /// <summary>By node: the nodes of which it knows that they have seen the change; null = it does not know of the change.</summary>
    private readonly BitArray?[] _seen;

    private long _messages;

    private GossipSimulation(int nodes, int seed)
    {
        _random = new Random(seed);
        _phases = [.. Enumerable.Range(0, nodes).Select(_ => _random.Next(TicksPerSecond))];
        _counts = new int[nodes];
        _seen = new BitArray?[nodes];
        _seen[0] = new BitArray(nodes) { [0] = true };
        _counts[0] = 1;
    }

    /// <summary>Median of several runs, always the same ones.</summary>
    public static Result Run(int nodes)
    {
        Result[] results = [.. Enumerable.Range(0, Runs).Select(seed => new GossipSimulation(nodes, seed).Run()).OrderBy(result => result.Seconds)];
        return results[Runs / 2];
    }

    private Result Run()
    {
        for (int tick = 1; ; tick++)
        {
            for (int node = 0; node < _seen.Length; node++)
            {
                bool isHurried = _seen[node] is not null && _counts[node] < _seen.Length / 2;
                if (isHurried || tick % TicksPerSecond == _phases[node])
                {
                    Gossip(node);
                }
            }

            if (_counts[0] == _seen.Length)
            {
                return new Result((double)tick / TicksPerSecond, (double)_messages / _seen.Length);
            }
        }
    }

    /// <summary>A node sends all it knows to a node that has not seen it; otherwise only versions, which the other answers if it knows more.</summary>
    private void Gossip(int node)
    {
        int other = Target(node);
        if (_seen[node] is { } known ? !known[other] : _seen[other] is not null)
        {
            Merge(node, other);
            _messages += 2;
        }
    }

    private int Target(int node)
    {
        if (_seen[node] is { } known && _random.NextDouble() < Preference)
        {
            int[] unseen = [.. Enumerable.Range(0, known.Length).Where(other => !known[other])];
            if (unseen.Length > 0)
            {
                return unseen[_random.Next(unseen.Length)];
            }
        }

        int any = _random.Next(_seen.Length - 1);
        return any < node ? any : any + 1;
    }

    /// <summary>0.8 up to 400 nodes, falling to 0.08 at 1,200.</summary>
    private double Preference =>
        DifferentView * Math.Clamp(1 - (0.9 * (_seen.Length - ReduceAbove) / (2 * ReduceAbove)), 0.1, 1);

    private void Merge(int one, int other)
    {
        BitArray all = new(_seen.Length) { [one] = true, [other] = true };
        foreach (int node in (int[])[one, other])
        {
            all.Or(_seen[node] ?? all);
        }

        int count = Enumerable.Range(0, all.Length).Count(node => all[node]);
        (_seen[one], _seen[other]) = (all, new BitArray(all));
        (_counts[one], _counts[other]) = (count, count);
    }

    /// <summary>What one change costs.</summary>
    /// <param name="Seconds">Until the leader knows that all have seen it, so that it can act on it.</param>
    /// <param name="MessagesPerNode">Messages with the whole membership until then, sent by a node.</param>
    internal sealed record Result(double Seconds, double MessagesPerNode);
}
