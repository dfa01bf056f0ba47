using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// By system calls, on the thread of the reading poller: a connection costs an accept and a few small reads and writes, no task and no
/// timer. Handshakes are kept in the order of their deadlines.
/// </summary>
internal sealed class LinuxSocks5Listener : Socks5Listener, IReadiness
{
    private const int AcceptsAtATime = 64;
    private const int SetFlags = 4; // F_SETFL

    private readonly Lock _gate = new();
    private readonly LinkedList<LinuxHandshake> _handshakes = [];
    private readonly Socket _socket;
    private readonly Waiter _acceptable;
    private readonly ITimer _deadline;
    private readonly ITimer _pause;
    private readonly DescriptorProbe _descriptors;
    private int _slots;
    private bool _isTimed;
    private bool _isFull;
    private bool _isDisposed;

    public LinuxSocks5Listener(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, Socket socket)
        : base(options, onArrival, socket)
    {
        _socket = socket;
        _descriptors = new DescriptorProbe(socket.SafeHandle);
        _ = Libc.Control((int)socket.SafeHandle.DangerousGetHandle(), SetFlags, Libc.NonBlocking);
        _deadline = options.Clock.CreateTimer(_ => CloseLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pause = options.Clock.CreateTimer(_ => AcceptMore(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _acceptable = new Waiter(Poller.Reading, socket.SafeHandle);
        _acceptable.Wait(this);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        LinuxHandshake[] left;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            left = [.. _handshakes];
        }

        _socket.Dispose();
        _acceptable.Dispose();
        foreach (LinuxHandshake handshake in left)
        {
            Fail(handshake);
        }

        RefuseUnanswered();
        await _deadline.DisposeAsync();
        await _pause.DisposeAsync();
    }

    /// <summary>There are connections to accept.</summary>
    public void OnReady()
    {
        Span<byte> address = stackalloc byte[SocketAddresses.Size];
        try
        {
            for (int accepted = 0; accepted < AcceptsAtATime; accepted++)
            {
                if (!HasRoom(isAwaited: accepted == 0))
                {
                    if (accepted > 0)
                    {
                        break; // the poller reports further connections
                    }

                    CloseLate();
                    return; // continues when a slot becomes free
                }

                if (!_descriptors.HasNext())
                {
                    Pause();
                    return;
                }

                int length = address.Length;
                int connection = Libc.Accept(_socket.SafeHandle, address, ref length, Libc.NonBlocking | Libc.CloseOnExec);
                if (connection >= 0)
                {
                    _descriptors.Last = connection;
                    IsShortOfDescriptors = false;
                    Begin(new LinuxSocket(connection), SocketAddresses.Read(address[..length]));
                }
                else if (Libc.LastError == SocketError.WouldBlock)
                {
                    break;
                }
                else if (Libc.LastError is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable && !KernelPipe.CloseIdle())
                {
                    Pause();
                    return;
                }
            }

            AcceptMore();
        }
        catch (ObjectDisposedException)
        {
            // The listener is closed.
        }
#pragma warning disable CA1031 // a fault of one connection must not end the listener
        catch (Exception fault)
#pragma warning restore CA1031
        {
            PollerFaults.Report($"The listener at {LocalEndPoint} failed and continues after a pause", fault);
            _pause.Change(AcceptPause, Timeout.InfiniteTimeSpan);
        }
    }

    private void Pause()
    {
        IsShortOfDescriptors = true;
        _pause.Change(AcceptPause, Timeout.InfiniteTimeSpan);
    }

    private void AcceptMore()
    {
        try
        {
            _acceptable.Wait(this);
        }
        catch (ObjectDisposedException)
        {
            // The listener is closed.
        }
    }

    private bool HasRoom(bool isAwaited)
    {
        lock (_gate)
        {
            bool hasRoom = _slots < Options.MaxHandshakes;
            _isFull = isAwaited && !hasRoom;
            return hasRoom;
        }
    }

    private void Begin(LinuxSocket socket, IPEndPoint? remote)
    {
        LinuxHandshake handshake = new(this, new LinuxChannel(socket, remote), Options.Clock.GetTimestamp());
        lock (_gate)
        {
            if (_isDisposed)
            {
                socket.Dispose();
                return;
            }

            _slots++;
            _handshakes.AddLast(handshake.Place);
            if (!_isTimed)
            {
                _isTimed = true;
                _deadline.Change(Options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        Begin();
        Proceed(handshake);
    }

    internal void Proceed(LinuxHandshake handshake)
    {
        try
        {
            if (handshake.Advance() is { } arrival)
            {
                if (TryEnd(handshake, isArrival: true))
                {
                    HandOver(arrival);
                }
            }
            else if (handshake.HasFailed)
            {
                Fail(handshake);
            }
        }
        catch (Exception exception)
        {
            Fail(handshake);
            if (exception is not (SocketException or ObjectDisposedException))
            {
                throw;
            }
        }
    }

    private void Fail(LinuxHandshake handshake, bool isTooSlow = false)
    {
        if (TryEnd(handshake, isArrival: false, isTooSlow))
        {
            handshake.Channel.Close();
        }
    }

    /// <summary>False when it has ended already.</summary>
    private bool TryEnd(LinuxHandshake handshake, bool isArrival, bool isTooSlow = false)
    {
        lock (_gate)
        {
            if (handshake.Place.List is null)
            {
                return false;
            }

            _handshakes.Remove(handshake.Place);
        }

        End(isArrival, isTooSlow);
        if (!isArrival)
        {
            FreeSlot();
        }

        return true;
    }

    private protected override void FreeSlot()
    {
        bool resumes;
        lock (_gate)
        {
            _slots--;
            resumes = _isFull && !_isDisposed;
            _isFull = false;
        }

        if (resumes)
        {
            AcceptMore();
        }
    }

    /// <summary>Closes handshakes whose timeout has expired; the timeout is shorter while other connections wait to be accepted.</summary>
    private void CloseLate()
    {
        while (true)
        {
            LinuxHandshake oldest;
            lock (_gate)
            {
                _isTimed = !_isDisposed && _handshakes.First is not null;
                if (!_isTimed)
                {
                    return;
                }

                oldest = _handshakes.First!.Value;
                TimeSpan limit = _isFull && MinimumTime < Options.HandshakeTimeout ? MinimumTime : Options.HandshakeTimeout;
                TimeSpan left = limit - Options.Clock.GetElapsedTime(oldest.BeganAt);
                if (left > TimeSpan.Zero)
                {
                    _deadline.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }
            }

            Fail(oldest, isTooSlow: true);
        }
    }
}
