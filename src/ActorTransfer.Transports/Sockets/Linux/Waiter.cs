using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>Receives the readiness of a socket.</summary>
internal interface IReadiness
{
    /// <summary>
    /// The socket may be ready. Called on a poller's thread, which serves other sockets, too, or on the thread that closes the socket.
    /// </summary>
    void OnReady();
}

/// <summary>
/// One direction of one socket and its waiter: one at a time, called once, on the thread of the poller. A call is a hint and may be
/// spurious. While the poller watches the socket anyway, the next wait costs no system call.
/// </summary>
internal sealed class Waiter
{
    /// <summary>Placeholder: the poller watches without a waiter.</summary>
    private static readonly IReadiness s_noWaiter = new NoWaiter();

    private static int s_lastNumber;

    private readonly Poller _poller;
    private readonly SafeHandle _socket;
    private readonly long _ticket;

    /// <summary>Null: the poller does not watch.</summary>
    private IReadiness? _waiter;
    private bool _isKnown;
    private int _disposed;

    public Waiter(Poller poller, SafeHandle socket)
    {
        _poller = poller;
        _socket = socket;
        _ticket = (uint)poller.Add(this) | ((long)Interlocked.Increment(ref s_lastNumber) << 32);
    }

    /// <summary>Calls as soon as the socket is ready. Replaces an existing waiter.</summary>
    /// <param name="ready">The object to call.</param>
    /// <param name="yields">Does nothing if there is already a waiter.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Wait(IReadiness ready, bool yields = false)
    {
        IReadiness? before = Volatile.Read(ref _waiter);
        while (true)
        {
            if (yields && before is not null && before != s_noWaiter)
            {
                return;
            }

            IReadiness? found = Interlocked.CompareExchange(ref _waiter, ready, before);
            if (found == before)
            {
                break;
            }

            before = found;
        }

        if (before is not null)
        {
            return; // the poller watches already, or the thread that had nothing to replace makes it watch
        }

        bool isKnown = _isKnown;
        _isKnown = true; // before the call: the poller may fire, and its callback may wait again, before this thread continues
        try
        {
            _poller.Arm(_socket, _ticket, isKnown);
        }
        catch
        {
            Interlocked.CompareExchange(ref _waiter, null, ready);
            Dispose();
            Interlocked.Exchange(ref _waiter, null)?.OnReady(); // another one has replaced this one and relies on this thread
            throw;
        }

        // The end calls only the waiter it finds.
        if (Volatile.Read(ref _disposed) != 0)
        {
            Interlocked.Exchange(ref _waiter, null)?.OnReady();
        }
    }

    /// <summary>True when the waiter will not be called any more; false when there was none, or the call is in progress.</summary>
    public bool Cancel()
    {
        IReadiness? waiting = Volatile.Read(ref _waiter);
        return waiting is not null && waiting != s_noWaiter && Interlocked.CompareExchange(ref _waiter, s_noWaiter, waiting) == waiting;
    }

    /// <summary>The socket is ready. Never throws: the poller serves other sockets, too.</summary>
    public void Fire(long slot)
    {
        if (slot != _ticket)
        {
            return;
        }

        try
        {
            Interlocked.Exchange(ref _waiter, null)?.OnReady();
        }
#pragma warning disable CA1031 // a fault of one socket must not affect others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            CloseConnection(fault);
        }
    }

    /// <summary>The socket closes. The waiter is called, because each wait must end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _poller.Remove((int)(uint)_ticket);
            Interlocked.Exchange(ref _waiter, null)?.OnReady();
        }
    }

    /// <summary>The waiter failed and will not continue. The connection is closed, so that its owner and the peer are notified.</summary>
    private void CloseConnection(Exception fault)
    {
        PollerFaults.Report("The waiter of a socket failed; its connection was closed", fault);
        try
        {
            _ = Libc.Shutdown(_socket, Libc.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
    }

    private sealed class NoWaiter : IReadiness
    {
        public void OnReady()
        {
            // There is no operation.
        }
    }
}
