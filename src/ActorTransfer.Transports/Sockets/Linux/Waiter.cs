using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>Waits for a socket.</summary>
internal interface IReadiness
{
    /// <summary>The socket may be ready. Called on the thread of a poller, which serves others too, or of who closes the socket.</summary>
    void OnReady();
}

/// <summary>
/// One direction of one socket, and who waits for it: one at a time, called once, on the thread of the poller. A call is a hint: it may come early.
/// While the poller watches the socket anyway, the next one to wait costs no system call.
/// </summary>
internal sealed class Waiter
{
    /// <summary>Stands where the poller watches and nobody waits.</summary>
    private static readonly IReadiness s_nobody = new Nobody();

    private static int s_lastNumber;

    private readonly Poller _poller;
    private readonly SafeHandle _socket;
    private readonly long _ticket;

    /// <summary>Null: the poller does not watch.</summary>
    private IReadiness? _waiting;
    private bool _isKnown;
    private int _disposed;

    public Waiter(Poller poller, SafeHandle socket)
    {
        _poller = poller;
        _socket = socket;
        _ticket = (uint)poller.Add(this) | ((long)Interlocked.Increment(ref s_lastNumber) << 32);
    }

    /// <summary>Calls as soon as the socket is ready. Takes the place of one who waits already.</summary>
    /// <param name="ready">Who is called.</param>
    /// <param name="yields">Unless another one waits already: then nothing happens.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Wait(IReadiness ready, bool yields = false)
    {
        IReadiness? before = Volatile.Read(ref _waiting);
        while (true)
        {
            if (yields && before is not null && before != s_nobody)
            {
                return;
            }

            IReadiness? found = Interlocked.CompareExchange(ref _waiting, ready, before);
            if (found == before)
            {
                break;
            }

            before = found;
        }

        if (before is not null)
        {
            // Whether the socket has closed meanwhile: its end calls only whom it finds.
            if (Volatile.Read(ref _disposed) != 0)
            {
                Interlocked.Exchange(ref _waiting, null)?.OnReady();
            }

            return;
        }

        bool isKnown = _isKnown;
        _isKnown = true; // before the call: the poller may fire, and whom it calls may wait again, before this thread goes on
        try
        {
            _poller.Arm(_socket, _ticket, isKnown);
        }
        catch
        {
            Volatile.Write(ref _waiting, null);
            Dispose();
            throw;
        }
    }

    /// <summary>True when nobody will be called any more; false when nobody waited, or the call is on its way.</summary>
    public bool Cancel()
    {
        IReadiness? waiting = Volatile.Read(ref _waiting);
        return waiting is not null && waiting != s_nobody && Interlocked.CompareExchange(ref _waiting, s_nobody, waiting) == waiting;
    }

    /// <summary>The socket is ready. Never throws: the poller serves others too.</summary>
    public void Fire(long slot)
    {
        if (slot != _ticket)
        {
            return;
        }

        try
        {
            Interlocked.Exchange(ref _waiting, null)?.OnReady();
        }
#pragma warning disable CA1031 // whatever goes wrong with one socket must not reach the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Break(fault);
        }
    }

    /// <summary>The socket closes. Whoever waits is called: a wait must end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _poller.Remove((int)(uint)_ticket);
            Interlocked.Exchange(ref _waiting, null)?.OnReady();
        }
    }

    /// <summary>Whoever was called is at fault and will not go on. The connection ends, so that its owner and the peer hear of it.</summary>
    private void Break(Exception fault)
    {
        PollerFaults.Report("What waited for a socket has failed, and the connection is broken off", fault);
        try
        {
            _ = Libc.Shutdown(_socket, Libc.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
    }

    private sealed class Nobody : IReadiness
    {
        public void OnReady()
        {
            // Nobody waits.
        }
    }
}
