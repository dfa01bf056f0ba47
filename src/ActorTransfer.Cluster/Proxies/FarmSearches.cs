using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>Activations at the JID of all proxies, for whose pairs the nodes are asked. Not thread-safe.</summary>
/// <param name="max">Most at a time.</param>
internal sealed class FarmSearches(int max)
{
    /// <summary>How long nodes have to respond.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Search> _open = [];
    private int _last;

    /// <summary>Asks these nodes; null: there are too many searches.</summary>
    public Search? Begin(Iq request, IEnumerable<int> nodes)
    {
        if (_open.Count >= max)
        {
            return null;
        }

        var search = new Search(++_last, request, [.. nodes]);
        _open.Add(search.Number, search);
        return search;
    }

    /// <summary>A node responds. Value: the result, if it is known now.</summary>
    public Result? Found(int number, int node, bool hasPair) =>
        !_open.TryGetValue(number, out var search) || !search.Awaited.Remove(node) ? null
        : hasPair ? End(number, node)
        : search.Awaited.Count == 0 ? End(number)
        : null;

    /// <summary>The search is over: no node has the pair.</summary>
    public Result? End(int number) => End(number, node: null);

    /// <summary>A node has stopped. Value: the searches whose results are known now.</summary>
    public IEnumerable<Result> Remove(int node) => [.. _open.Keys.ToArray().Select(number => Found(number, node, hasPair: false)).OfType<Result>()];

    private Result? End(int number, int? node) => _open.Remove(number, out var search) ? new Result(number, search.Request, node) : null;

    /// <summary>A search.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Request">The activation.</param>
    /// <param name="Awaited">Nodes that have not responded.</param>
    internal sealed record Search(int Number, Iq Request, HashSet<int> Awaited);

    /// <summary>The end of a search.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Request">The activation.</param>
    /// <param name="Node">The node that has the pair; null = none.</param>
    internal sealed record Result(int Number, Iq Request, int? Node);
}
