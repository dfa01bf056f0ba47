using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Testing.Links;

/// <summary>
/// A TCP forwarder on the loopback that simulates a bad network: it splits, delays, closes or resets connections. Controlled by the test,
/// not by time.
/// </summary>
public sealed class FaultyNetwork : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<FaultyConnection> _connections = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ConcurrentBag<Task> _work = [];
    private readonly Task _accepting;

    private FaultyNetwork(IPEndPoint target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>The address to connect to instead of the target.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Treatment of new connections, towards the target and back.</summary>
    public NetworkFaults ToTarget { get; } = new();

    /// <inheritdoc cref="ToTarget"/>
    public NetworkFaults FromTarget { get; } = new();

    public static FaultyNetwork To(IPEndPoint target) => new(target);

    /// <summary>The next connection, in order of arrival.</summary>
    public async Task<FaultyConnection> NextConnectionAsync(CancellationToken ct)
    {
        await _arrived.WaitAsync(ct);
        return _connections.TryDequeue(out FaultyConnection? connection)
            ? connection
            : throw new InvalidOperationException("An announced connection is missing.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_work);
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_stop.Token);
                _work.Add(ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Socket target = new(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using FaultyConnection connection = new(client, target);
        try
        {
            client.NoDelay = true;
            target.NoDelay = true;
            await target.ConnectAsync(_target, _stop.Token);
            _connections.Enqueue(connection);
            _arrived.Release();
            await Task.WhenAll(
                connection.PumpAsync(client, target, ToTarget, _stop.Token),
                connection.PumpAsync(target, client, FromTarget, _stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed, reset or disposed: the other side sees it, which is the purpose.
        }
    }
}

/// <summary>The treatment of one direction of the connections of a <see cref="FaultyNetwork"/>.</summary>
public sealed class NetworkFaults
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _open = Opened();

    /// <summary>Bytes per write; each piece is sent alone.</summary>
    public int PieceSize { get; set; } = 64 * 1024;

    /// <summary>After this many bytes both sockets are closed in order.</summary>
    public long? CutAfter { get; set; }

    /// <summary>After this many bytes both sockets are reset.</summary>
    public long? ResetAfter { get; set; }

    /// <summary>Stops forwarding.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            if (_open.Task.IsCompleted)
            {
                _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Forwards again, held bytes first.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _open.TrySetResult();
        }
    }

    internal Task GateAsync(CancellationToken ct)
    {
        lock (_lock)
        {
            return _open.Task.WaitAsync(ct);
        }
    }

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource open = new();
        open.SetResult();
        return open;
    }
}

/// <summary>One connection through a <see cref="FaultyNetwork"/>.</summary>
public sealed class FaultyConnection : IDisposable
{
    private readonly Socket _client;
    private readonly Socket _target;

    internal FaultyConnection(Socket client, Socket target)
    {
        _client = client;
        _target = target;
    }

    /// <summary>Closes both sockets in order: each side sees the end.</summary>
    public void Cut()
    {
        Close(_client);
        Close(_target);
    }

    /// <summary>Resets both sockets.</summary>
    public void Reset()
    {
        _client.Close(0);
        _target.Close(0);
    }

    public void Dispose() => Cut();

    /// <summary>.NET resets when a pending operation is cancelled by a close, unless the sending side was shut down before.</summary>
    private static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Closed by the other end already.
        }

        socket.Dispose();
    }

    internal async Task PumpAsync(Socket from, Socket to, NetworkFaults treatment, CancellationToken ct)
    {
        byte[] buffer = new byte[64 * 1024];
        long passed = 0;
        while (true)
        {
            await treatment.GateAsync(ct);
            long limit = Math.Min(treatment.CutAfter ?? long.MaxValue, treatment.ResetAfter ?? long.MaxValue);
            if (passed >= limit)
            {
                if (treatment.ResetAfter <= passed)
                {
                    Reset();
                }
                else
                {
                    Cut();
                }

                return;
            }

            int wanted = (int)Math.Min(Math.Min(buffer.Length, treatment.PieceSize), limit - passed);
            int count = await from.ReceiveAsync(buffer.AsMemory(0, wanted), SocketFlags.None, ct);
            await treatment.GateAsync(ct);
            if (count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            int sent = 0;
            while (sent < count)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, ct);
            }

            passed += count;
        }
    }
}
