namespace ActorTransfer.Actors.Transfers;

/// <summary>Counts the requests of a peer in a session: a session with one file needs few, and each costs work here.</summary>
internal sealed class RequestLimit
{
    /// <summary>Requests in <see cref="Window"/>.</summary>
    internal const int Most = 32;

    /// <summary>How long a request counts.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private DateTimeOffset _since;
    private int _count;

    /// <summary>Counts one. False: it is above the limit.</summary>
    /// <param name="now">Current time; a clock that was set back begins a new window.</param>
    public bool TryCount(DateTimeOffset now)
    {
        if (now < _since || now - _since >= Window)
        {
            (_since, _count) = (now, 0);
        }

        return ++_count <= Most;
    }
}
