using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>
/// Activations that nodes have not responded to, by sender and id; each counts as a pair of its user. One without a response, which a node that is overloaded
/// may drop, counts for a minute. Not thread-safe.
/// </summary>
/// <param name="usage">Counts them.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class FarmActivations(FarmUsage usage, TimeProvider clock)
{
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(Jid From, string Id), Passed> _open = [];
    private readonly Queue<Passed> _byAge = [];

    public int Count => _open.Count;

    /// <summary>An activation is passed to a node. False: the sender waits for the response to another one with this id.</summary>
    public bool Begin(Iq request, int node)
    {
        Prune();
        var passed = new Passed((request.From!, request.Id), node, request.From!.Bare, clock.GetTimestamp());
        if (!_open.TryAdd(passed.Key, passed))
        {
            return false;
        }

        _byAge.Enqueue(passed);
        usage.Begin(node, passed.User);
        return true;
    }

    /// <summary>
    /// A node responds. Value: the user of the pair that it has activated, and whether it is the first one there; null = nothing was activated.
    /// </summary>
    public (Jid User, bool IsFirst)? Answer(Iq response)
    {
        if (response.To is not { } to || !_open.Remove((to, response.Id), out var passed))
        {
            return null;
        }

        if (response.Type == IqType.Result)
        {
            return (passed.User, usage.Succeed(passed.Node, passed.User));
        }

        usage.Fail(passed.Node, passed.User);
        return null;
    }

    /// <summary>A node has stopped.</summary>
    public void Remove(int node)
    {
        foreach (var passed in _open.Values.Where(passed => passed.Node == node).ToArray())
        {
            Fail(passed);
        }
    }

    private void Prune()
    {
        while (_byAge.TryPeek(out var oldest) && (!IsOpen(oldest) || clock.GetElapsedTime(oldest.At) >= s_most))
        {
            _byAge.Dequeue();
            if (IsOpen(oldest))
            {
                Fail(oldest);
            }
        }
    }

    private bool IsOpen(Passed passed) => ReferenceEquals(_open.GetValueOrDefault(passed.Key), passed);

    private void Fail(Passed passed)
    {
        _open.Remove(passed.Key);
        usage.Fail(passed.Node, passed.User);
    }

    private sealed record Passed((Jid From, string Id) Key, int Node, Jid User, long At);
}
