namespace ActorTransfer.Transports.Sockets;

/// <summary>One direction of a link, which one stream uses. The stream is notified when the owner closes the link.</summary>
internal sealed class LinkDirection
{
    private Action? _closed;
    private int _isTaken;

    /// <summary>A stream uses the direction.</summary>
    public bool IsTaken => Volatile.Read(ref _isTaken) != 0;

    /// <summary>False when another stream uses it.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>The stream has ended, and another one may use the direction.</summary>
    public void Release() => Volatile.Write(ref _isTaken, 0);

    /// <summary>Sets the callback for the case that the owner closes the link; null removes it.</summary>
    /// <param name="link">If it is closed already, the callback is called at once.</param>
    /// <param name="closed">Called once, on any thread.</param>
    public void OnClosed(SocketLink link, Action? closed)
    {
        Interlocked.Exchange(ref _closed, closed);
        if (link.IsClosed)
        {
            NotifyClosed();
        }
    }

    /// <summary>The link was closed.</summary>
    public void NotifyClosed() => Interlocked.Exchange(ref _closed, null)?.Invoke();
}
