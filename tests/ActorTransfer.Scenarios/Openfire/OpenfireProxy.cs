using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Scenarios.Openfire;

/// <summary>What the proxy does with the initiator's bytes when it is activated.</summary>
internal enum OpenfireFate
{
    Relays,

    /// <summary>Reads and discards them.</summary>
    Swallows,

    /// <summary>Closes both connections.</summary>
    Closes,

    /// <summary>Relays them, and resets the target's connection at the end.</summary>
    Resets,
}

/// <summary>
/// The SOCKS5 side of a bytestreams proxy that behaves as Openfire's was observed to: the first CONNECT of a hash is the target, the last later one the
/// initiator; the 47 bytes of a CONNECT come in one piece; bytes go from the initiator to the target only.
/// </summary>
internal sealed class OpenfireProxy : IAsyncDisposable
{
    private const int RequestLength = 47;

    private readonly CancellationTokenSource _life = new();
    private readonly List<Socket> _listeners = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentDictionary<string, Pair> _pairs = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly Lock _lock = new();
    private int _displaced;
    private int _requests;
    private int _tooEarly;
    private int _written;

    /// <summary>Listens on this number of loopback addresses, with one port.</summary>
    public OpenfireProxy(int addresses = 1)
    {
        var port = 0;
        for (var i = 1; i <= addresses; i++)
        {
            port = Listen(new IPEndPoint(IPAddress.Parse($"127.0.0.{i}"), port));
        }
    }

    /// <summary>Listens on these endpoints.</summary>
    public OpenfireProxy(IPEndPoint at) => Listen(at);

    public List<IPEndPoint> EndPoints { get; } = [];

    /// <summary>The delay of each reply.</summary>
    public TimeSpan Lag { get; init; }

    public OpenfireFate Fate { get; init; }

    /// <summary>Whether a hash belongs to an offer that the server has seen.</summary>
    public Func<string, bool> Knows { get; set; } = _ => true;

    /// <summary>Initiators that were replaced by a later connection.</summary>
    public int Displaced => _displaced;

    /// <summary>Number of first requests that are closed without a reply, like requests in two segments.</summary>
    public int Closed { get; init; }

    /// <summary>Activations that were refused because a connection was missing.</summary>
    public int TooEarly => _tooEarly;

    /// <summary>Bytes that targets wrote after their request; they cause the last bytes to the target to be lost.</summary>
    public int WrittenByTargets => _written;

    /// <summary>False when a connection is missing or the hash is unknown.</summary>
    public bool TryActivate(string hash)
    {
        lock (_lock)
        {
            if (_pairs.GetValueOrDefault(hash) is not { Target: { } target, Initiator: { } initiator })
            {
                _tooEarly++;
                return false;
            }

            _tasks.Add(RelayAsync(initiator, target));
            return true;
        }
    }

    /// <summary>Stops listening: further connections are refused by the system.</summary>
    public void StopListening() => _listeners.ForEach(listener => listener.Dispose());

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        foreach (var socket in _listeners.Concat(_sockets))
        {
            socket.Dispose();
        }

        await Task.WhenAll(_tasks);
        _life.Dispose();
    }

    private int Listen(IPEndPoint at)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(at);
        listener.Listen();
        _listeners.Add(listener);
        EndPoints.Add((IPEndPoint)listener.LocalEndPoint!);
        _tasks.Add(AcceptAsync(listener));
        return EndPoints[^1].Port;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_life.Token);
                socket.NoDelay = true;
                _sockets.Add(socket);
                _tasks.Add(ServeAsync(socket));
            }
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            if (!await HandshakeAsync(socket))
            {
                socket.Close();
            }
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            socket.Close();
        }
    }

    private async Task<bool> HandshakeAsync(Socket socket)
    {
        if (await socket.ReadAsync(3) is not [5, 1, 0])
        {
            return false;
        }

        await AnswerAsync(socket, [5, 0]);
        if (await ReadRequestAsync(socket) is not [5, 1, 0, 3, 40, .., 0, 0] request || Interlocked.Increment(ref _requests) <= Closed)
        {
            return false;
        }

        var hash = Encoding.ASCII.GetString(request, 5, 40);
        if (!Knows(hash))
        {
            await AnswerAsync(socket, [5, 2, .. request[2..]]);
            return false;
        }

        Take(_pairs.GetOrAdd(hash, _ => new Pair()), socket);
        await AnswerAsync(socket, [5, 0, .. request[2..]]);
        return true;
    }

    /// <summary>In one segment, or in two split after byte 5, 45 or 46; anything else is not a request.</summary>
    private async Task<byte[]> ReadRequestAsync(Socket socket)
    {
        var bytes = new byte[RequestLength + 1];
        var count = await socket.ReceiveAsync(bytes, _life.Token);
        return count is 5 or 45 or 46 ? [.. bytes[..count], .. await socket.ReadAsync(RequestLength - count)] : bytes[..count];
    }

    private void Take(Pair pair, Socket socket)
    {
        lock (_lock)
        {
            if (pair.Target is null)
            {
                pair.Target = socket;
                return;
            }

            _displaced += pair.Initiator is null ? 0 : 1;
            pair.Initiator = socket;
        }
    }

    private async Task AnswerAsync(Socket socket, byte[] bytes)
    {
        if (Lag > TimeSpan.Zero)
        {
            await Task.Delay(Lag, TimeProvider.System, _life.Token);
        }

        await socket.WriteAsync(bytes);
    }

    /// <summary>Bytes from the target are not read: closing then resets its connection, and the last bytes are lost.</summary>
    private async Task RelayAsync(Socket initiator, Socket target)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while (Fate != OpenfireFate.Closes && (count = await initiator.ReceiveAsync(buffer, _life.Token)) > 0)
            {
                if (Fate is OpenfireFate.Relays or OpenfireFate.Resets)
                {
                    await target.WriteAsync(buffer[..count]);
                }
            }
        }
        catch (Exception ended) when (IsEnd(ended))
        {
            // When one side closes, the other one is closed too.
        }

        initiator.Close();
        Interlocked.Add(ref _written, _life.IsCancellationRequested ? 0 : target.Available);
        if (Fate == OpenfireFate.Resets)
        {
            target.LingerState = new LingerOption(true, 0);
        }

        target.Close();
    }

    private static bool IsEnd(Exception exception) => exception is SocketException or OperationCanceledException or ObjectDisposedException;

    private sealed class Pair
    {
        public Socket? Target { get; set; }

        public Socket? Initiator { get; set; }
    }
}
