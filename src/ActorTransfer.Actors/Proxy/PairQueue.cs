namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// Pairs that share a time limit, in the order in which it runs out: who enters, or begins anew, goes to the end. So a look at the first tells whether
/// there is anything to do, however many there are, and a new limit counts for all at once. A pair is in one queue at a time.
/// </summary>
internal sealed class PairQueue
{
    private Pair? _first;
    private Pair? _last;

    /// <summary>Whose time began first.</summary>
    public Pair? First => _first;

    /// <summary>Begins the time of a pair, whatever queue it was in.</summary>
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

    /// <summary>Takes a pair out of the queue that it is in, if it is in one.</summary>
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
