namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// Pairs that share a timeout, ordered by expiry: a pair that enters or restarts goes to the end. Only the first needs to be checked,
/// and a new limit applies to all at once. A pair is in one queue at a time.
/// </summary>
internal sealed class PairQueue
{
    private Pair? _first;
    private Pair? _last;

    /// <summary>The pair that expires first.</summary>
    public Pair? First => _first;

    /// <summary>Starts the timeout of a pair; removes it from its previous queue.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="now">Timestamp.</param>
    public void Enter(Pair pair, long now)
    {
        Leave(pair);
        (pair.Queue, pair.Since, pair.Previous) = (this, now, _last);
        if (_last is null)
        {
            _first = pair;
        }
        else
        {
            _last.Next = pair;
        }

        _last = pair;
    }

    /// <summary>Removes a pair from its queue, if it is in one.</summary>
    public static void Leave(Pair pair)
    {
        if (pair.Queue is not { } queue)
        {
            return;
        }

        if (pair.Previous is { } previous)
        {
            previous.Next = pair.Next;
        }
        else
        {
            queue._first = pair.Next;
        }

        if (pair.Next is { } next)
        {
            next.Previous = pair.Previous;
        }
        else
        {
            queue._last = pair.Previous;
        }

        (pair.Queue, pair.Previous, pair.Next) = (null, null, null);
    }
}
