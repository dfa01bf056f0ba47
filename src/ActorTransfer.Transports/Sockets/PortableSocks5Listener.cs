using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>By .NET's sockets, with one task per handshake.</summary>
internal sealed class PortableSocks5Listener : Socks5Listener
{
    private readonly LinkedList<(Socket Connection, long BeganAt)> _handshakes = []; // locked; oldest first
    private readonly Socket _socket;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _disposed;

    public PortableSocks5Listener(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, Socket socket)
        : base(options, onArrival, socket)
    {
        _socket = socket;
        _room = new SemaphoreSlim(options.MaxHandshakes, options.MaxHandshakes);
        _accepting = AcceptAllAsync(_stop.Token);
    }

    /// <summary>Stops listening, closes the connections in handshake and waits for their end. Idempotent.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _socket.Dispose(); // before the first await: the port is free at once, without waiting for the rest
        await _stop.CancelAsync();
        await _accepting;
        RefuseUnanswered();
        for (int place = 0; place < Options.MaxHandshakes; place++)
        {
            await _room.WaitAsync(CancellationToken.None);
        }

        _room.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAllAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Socket connection = await AcceptAsync(stop);
                try
                {
                    await TakeSlotAsync(stop);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }

                LinkedListNode<(Socket, long)> place;
                lock (_handshakes)
                {
                    place = _handshakes.AddLast((connection, Options.Clock.GetTimestamp()));
                }

                Begin(); // it is counted when its time runs
                _ = Task.Run(() => ServeAsync(connection, place, stop), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // DisposeAsync waits for this.
        }
    }

    /// <summary>Continues after errors of accept(2) caused by a single connection or a shortage of descriptors.</summary>
    private async Task<Socket> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(stop);
            }
            catch (SocketException) when (!stop.IsCancellationRequested)
            {
                await Task.Delay(AcceptPause, Options.Clock, stop);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                throw new OperationCanceledException("The listener was disposed.", closed, stop);
            }
        }
    }

    /// <summary>When all slots are in use: closes the oldest handshake after its minimum time.</summary>
    private async Task TakeSlotAsync(CancellationToken stop)
    {
        Task room = _room.WaitAsync(stop);
        while (!room.IsCompleted)
        {
            TimeSpan left = CloseOldest();
            try
            {
                await room.WaitAsync(left, Options.Clock, CancellationToken.None); // a slot that was taken meanwhile must not be lost
            }
            catch (TimeoutException)
            {
                // The minimum time of the oldest may be over now.
            }
        }

        await room;
    }

    /// <summary>Closes the oldest handshake, which frees a slot, or returns how long to wait for its minimum time.</summary>
    private TimeSpan CloseOldest()
    {
        lock (_handshakes)
        {
            if (_handshakes.First is not { Value: var oldest })
            {
                return Timeout.InfiniteTimeSpan;
            }

            TimeSpan left = MinimumTime - Options.Clock.GetElapsedTime(oldest.BeganAt);
            if (left > TimeSpan.Zero)
            {
                return left;
            }

            _handshakes.RemoveFirst();
            oldest.Connection.Dispose();
            return Timeout.InfiniteTimeSpan;
        }
    }

    /// <summary>False when the handshake was closed to free a slot.</summary>
    private bool TryRemove(LinkedListNode<(Socket, long)> place)
    {
        lock (_handshakes)
        {
            if (place.List is null)
            {
                return false;
            }

            _handshakes.Remove(place);
            return true;
        }
    }

    private async Task ServeAsync(Socket connection, LinkedListNode<(Socket, long)> place, CancellationToken stop)
    {
        Socks5Arrival? arrival = null;
        using CancellationTokenSource deadline = new(Options.HandshakeTimeout, Options.Clock);
        try
        {
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            arrival = await PortableHandshake.RunAsync(this, connection, end.Token);
        }
        catch (Exception failed) when (failed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Too slow, closed, or the listener ends: no reply is possible. It counts as refused below.
        }

        bool hasLeft = TryRemove(place);
        if (arrival is not null && hasLeft)
        {
            End(isArrival: true);
            HandOver(arrival);
        }
        else
        {
            connection.Dispose();
            End(isArrival: false, isTooSlow: !hasLeft || deadline.IsCancellationRequested);
            FreeSlot();
        }
    }

    private protected override void FreeSlot() => _room.Release();
}
