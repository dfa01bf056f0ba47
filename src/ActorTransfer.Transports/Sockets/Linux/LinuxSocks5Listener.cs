using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// By system calls, on the thread of the reading poller: a connection costs an accept and a few small reads and writes, no task and no
/// timer. Handshakes are kept in the order of their deadlines.
/// </summary>
internal sealed class LinuxSocks5Listener : Socks5Listener, IReadiness
{
    private const int ReadSize = 512;
    private const int AcceptsAtATime = 64;
    private const int SetFlags = 4; // F_SETFL

    private readonly Lock _gate = new();
    private readonly LinkedList<Handshake> _handshakes = [];
    private readonly Socket _socket;
    private readonly Waiter _acceptable;
    private readonly ITimer _deadline;
    private readonly ITimer _pause;
    private int _lastDescriptor;
    private int _slots;
    private bool _isTimed;
    private bool _isCrowded;
    private bool _isDisposed;

    public LinuxSocks5Listener(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, Socket socket)
        : base(options, onArrival, socket)
    {
        _socket = socket;
        _ = Libc.Control((int)socket.SafeHandle.DangerousGetHandle(), SetFlags, Libc.NonBlocking);
        _deadline = options.Clock.CreateTimer(_ => CloseLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pause = options.Clock.CreateTimer(_ => AcceptMore(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _acceptable = new Waiter(Poller.Reading, socket.SafeHandle);
        _acceptable.Wait(this);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Handshake[] left;
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
        foreach (Handshake handshake in left)
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

                if (!HasDescriptor())
                {
                    Pause();
                    return;
                }

                int length = address.Length;
                int connection = Libc.Accept(_socket.SafeHandle, address, ref length, Libc.NonBlocking | Libc.CloseOnExec);
                if (connection >= 0)
                {
                    _lastDescriptor = connection;
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

    /// <summary>
    /// Whether the next connection may be accepted: otherwise it waits in the kernel's queue. Decided by the number of the last descriptor,
    /// and if that is high by a duplicate of the listener, as new descriptors get the lowest free number.
    /// </summary>
    private bool HasDescriptor()
    {
        if (DescriptorReserve.Allows(_lastDescriptor + 1))
        {
            return true;
        }

        KernelPipe.CloseIdle();
        _lastDescriptor = Libc.Control((int)_socket.SafeHandle.DangerousGetHandle(), Libc.DuplicateClosedOnExec, 0);
        if (_lastDescriptor < 0)
        {
            return false;
        }

        _ = Libc.Close(_lastDescriptor);
        return DescriptorReserve.Allows(_lastDescriptor);
    }

    private bool HasRoom(bool isAwaited)
    {
        lock (_gate)
        {
            bool hasRoom = _slots < Options.MaxHandshakes;
            _isCrowded = isAwaited && !hasRoom;
            return hasRoom;
        }
    }

    private void Begin(LinuxSocket socket, IPEndPoint? remote)
    {
        Handshake handshake = new(this, new LinuxChannel(socket, remote), Options.Clock.GetTimestamp());
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

    private void Proceed(Handshake handshake)
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
            else if (handshake.IsOver)
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

    private void Fail(Handshake handshake, bool isTooSlow = false)
    {
        if (TryEnd(handshake, isArrival: false, isTooSlow))
        {
            handshake.Channel.Close();
        }
    }

    /// <summary>False when it has ended already.</summary>
    private bool TryEnd(Handshake handshake, bool isArrival, bool isTooSlow = false)
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
        bool goesOn;
        lock (_gate)
        {
            _slots--;
            goesOn = _isCrowded && !_isDisposed;
            _isCrowded = false;
        }

        if (goesOn)
        {
            AcceptMore();
        }
    }

    /// <summary>Closes handshakes whose timeout has expired; the timeout is shorter while other connections wait to be accepted.</summary>
    private void CloseLate()
    {
        while (true)
        {
            Handshake oldest;
            lock (_gate)
            {
                _isTimed = !_isDisposed && _handshakes.First is not null;
                if (!_isTimed)
                {
                    return;
                }

                oldest = _handshakes.First!.Value;
                TimeSpan limit = _isCrowded && MinimumTime < Options.HandshakeTimeout ? MinimumTime : Options.HandshakeTimeout;
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

    /// <summary>One connection in handshake.</summary>
    private sealed class Handshake : IReadiness
    {
        private readonly LinuxSocks5Listener _listener;
        private readonly Socks5ServerHandshake _steps = new();

        public Handshake(LinuxSocks5Listener listener, LinuxChannel channel, long beganAt)
        {
            _listener = listener;
            Channel = channel;
            BeganAt = beganAt;
            Place = new LinkedListNode<Handshake>(this);
        }

        public LinuxChannel Channel { get; }

        public long BeganAt { get; }

        public LinkedListNode<Handshake> Place { get; }

        /// <summary>The handshake failed.</summary>
        public bool IsOver { get; private set; }

        public void OnReady() => _listener.Proceed(this);

        /// <summary>Continues as far as the received bytes permit. Null: it waits for more, or has ended.</summary>
        public Socks5Arrival? Advance()
        {
            Span<byte> buffer = stackalloc byte[ReadSize];
            int received = 0;
            while (true)
            {
                switch (_steps.Offer(buffer[..received]))
                {
                    case Socks5ServerStep.Request request:
                        return new Socks5Arrival(_listener, Channel, _steps, request.Address, _listener.Options.ChunkSize);
                    case Socks5ServerStep.Close close:
                        Channel.Send(close.Farewell.Span, out _);
                        IsOver = true;
                        return null;
                    case Socks5ServerStep.Write write:
                        IsOver = Channel.Send(write.Bytes.Span, out _) != write.Bytes.Length;
                        received = 0;
                        break;
                    default:
                        received = Channel.Receive(buffer, out SocketError error);
                        IsOver = received == 0 && error != SocketError.WouldBlock;
                        if (error == SocketError.WouldBlock)
                        {
                            Channel.WaitReadable(this);
                            return null;
                        }

                        break;
                }

                if (IsOver)
                {
                    return null;
                }
            }
        }
    }
}
