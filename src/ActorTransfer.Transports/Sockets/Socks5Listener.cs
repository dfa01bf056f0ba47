using System.Net;
using System.Net.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Accepts connections, performs the SOCKS5 handshake and passes on those with a valid request. The receiver of the arrival decides about
/// it. Ends with <see cref="DisposeAsync"/>: its handshakes and sockets are closed, and pending arrivals are refused; granted links stay
/// open.
/// </summary>
internal abstract class Socks5Listener : IAsyncDisposable
{
    /// <summary>Pause after an accept that failed for lack of descriptors or memory.</summary>
    private protected static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Minimum time of a handshake under load, when idle connections block others: two round trips of a slow network.</summary>
    private protected static readonly TimeSpan MinimumTime = TimeSpan.FromSeconds(1);

    private readonly PendingArrivals _unanswered = new();
    private readonly Action<Socks5Arrival> _onArrival;
    private long _accepted;
    private long _refused;
    private long _timedOut;
    private int _pending;

    private protected Socks5Listener(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, Socket socket)
    {
        Options = options;
        _onArrival = onArrival;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The endpoint, with the actual port.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections accepted so far.</summary>
    public long ConnectionsAccepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections that ended without an arrival: not SOCKS5, too slow, closed by the peer, or closed with the listener.</summary>
    public long HandshakesRefused => Interlocked.Read(ref _refused);

    /// <summary>Those of them that were too slow.</summary>
    public long HandshakesTimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>Handshakes in progress.</summary>
    public int HandshakesPending => Volatile.Read(ref _pending);

    /// <summary>
    /// Connections wait in the kernel's queue because the process is out of file descriptors. Continues by itself when some are closed.
    /// </summary>
    public bool IsShortOfDescriptors { get; private protected set; }

    internal Socks5ListenerOptions Options { get; }

    /// <summary>Binds, listens and starts to accept.</summary>
    /// <param name="options">How.</param>
    /// <param name="onArrival">Called for each request on a shared thread; must not block. Owns the arrival.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Socks5Listener Start(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival) => Start(options, onArrival, Libc.IsSupported);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    internal static Socks5Listener Start(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, bool bySystemCalls)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onArrival);
        if (options.MaxHandshakes < 1)
        {
            throw new ArgumentException("At least one concurrent handshake is required.", nameof(options));
        }

        Socket socket = new(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.EndPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(options.EndPoint);
            SocketTuning.TuneListener(socket, options.SocketBuffer, options.MaxUnsent);
            socket.Listen(options.Backlog);
            return bySystemCalls ? new LinuxSocks5Listener(options, onArrival, socket) : new PortableSocks5Listener(options, onArrival, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private protected void Begin()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _pending);
    }

    /// <summary>A handshake is over.</summary>
    private protected void End(bool isArrival, bool isTooSlow = false)
    {
        Interlocked.Decrement(ref _pending);
        if (!isArrival)
        {
            Interlocked.Increment(ref _refused);
        }

        if (isTooSlow)
        {
            Interlocked.Increment(ref _timedOut);
        }
    }

    /// <summary>The arrival keeps its handshake's slot until it has a reply.</summary>
    private protected void HandOver(Socks5Arrival arrival)
    {
        if (!_unanswered.TryAdd(arrival))
        {
            arrival.Dispose();
            return;
        }

        try
        {
            _onArrival(arrival);
        }
#pragma warning disable CA1031 // any exception of the receiver
        catch (Exception)
#pragma warning restore CA1031
        {
            // A receiver that throws has not taken ownership; the connection must not stay open.
            Interlocked.Increment(ref _refused);
            arrival.Dispose();
        }
    }

    /// <summary>The arrival is granted or refused.</summary>
    internal void Answered(Socks5Arrival arrival)
    {
        _unanswered.Remove(arrival);
        FreeSlot();
    }

    /// <summary>An arrival releases its slot.</summary>
    private protected abstract void FreeSlot();

    /// <summary>The listener ends. Its receiver may have ended before, so that arrivals on the way to it get no reply.</summary>
    private protected void RefuseUnanswered() => _unanswered.RefuseAll();
}
