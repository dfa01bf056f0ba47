using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>
/// Bytes from every initiator to its target at full speed: one thread sends, one receives and compares each byte. Nothing is allocated
/// during the traffic.
/// </summary>
internal sealed class RelayTraffic : IDisposable
{
    private readonly IReadOnlyList<LoadPair> _pairs;
    private readonly long[] _sent;
    private readonly long[] _received;
    private readonly bool[] _isPaused;
    private readonly Thread _sender;
    private readonly Thread _receiver;
    private readonly Epoll _readable = new();
    private readonly Epoll _writable = new();
    private volatile bool _stopSending;
    private volatile bool _stopReceiving;
    private volatile string? _fault;

    /// <param name="pairs">Owned by the caller.</param>
    public RelayTraffic(IReadOnlyList<LoadPair> pairs)
    {
        _pairs = pairs;
        _sent = new long[pairs.Count];
        _received = new long[pairs.Count];
        _isPaused = new bool[pairs.Count];
        _sender = new Thread(() => Guarded(Send)) { IsBackground = true, Name = "load sender" };
        _receiver = new Thread(() => Guarded(Receive)) { IsBackground = true, Name = "load receiver" };
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            _readable.Add(pairs[pair].Target, Epoll.Readable, pair);
            _writable.Add(pairs[pair].Initiator, Epoll.Writable, pair);
        }
    }

    /// <summary>Correct bytes received, by pair.</summary>
    public long[] Received() => [.. _received];

    /// <summary>Bytes sent but not received: written bytes without those in the kernel buffers of both sides.</summary>
    public long UnderWay(int pair) =>
        Taken(pair) - Volatile.Read(ref _received[pair]) - Linux.Unread(_pairs[pair].Target);

    /// <summary>Bytes sent: written bytes without those in the kernel buffer of the sender.</summary>
    public long Taken(int pair) => Volatile.Read(ref _sent[pair]) - Linux.Unacknowledged(_pairs[pair].Initiator);

    public void Start()
    {
        _receiver.Start();
        _sender.Start();
    }

    /// <summary>Sends nothing for one pair until <see cref="Release"/>. Before the start only.</summary>
    public void Hold(int pair) => _writable.Remove(_pairs[pair].Initiator);

    /// <summary>Sends for it too.</summary>
    public void Release(int pair) => _writable.Add(_pairs[pair].Initiator, Epoll.Writable, pair);

    /// <summary>Stops reading one pair.</summary>
    public void Pause(int pair)
    {
        _isPaused[pair] = true;
        _readable.Remove(_pairs[pair].Target);
    }

    /// <summary>Reads it again.</summary>
    public void Resume(int pair)
    {
        _isPaused[pair] = false;
        _readable.Add(_pairs[pair].Target, Epoll.Readable, pair);
    }

    /// <summary>Waits while bytes flow.</summary>
    /// <exception cref="InvalidDataException">A byte was wrong.</exception>
    public async Task FlowAsync(TimeSpan time, CancellationToken cancel)
    {
        await Task.Delay(time, cancel);
        ThrowIfFaulty();
    }

    /// <summary>Stops sending, ends the forward direction of every pair and waits until all sent bytes have arrived.</summary>
    /// <returns>Bytes that did not arrive; must be 0.</returns>
    public async Task<long> FinishAsync(CancellationToken cancel)
    {
        _stopSending = true;
        await JoinAsync(_sender, TimeSpan.FromSeconds(20), cancel);
        await JoinAsync(_receiver, TimeSpan.FromSeconds(60), cancel);
        ThrowIfFaulty();
        return _sent.Sum() - _received.Sum();
    }

    /// <summary>Ends both threads without waiting for bytes.</summary>
    public void Dispose()
    {
        _stopSending = _stopReceiving = true;
        foreach (Thread thread in new[] { _sender, _receiver }.Where(thread => thread.IsAlive))
        {
            thread.Join(TimeSpan.FromSeconds(10));
        }

        _readable.Dispose();
        _writable.Dispose();
    }

    private unsafe void Send()
    {
        while (!_stopSending)
        {
            int count = _writable.Wait(100);
            for (int i = 0; i < count; i++)
            {
                int pair = (int)_writable.Tag(i);
                nint sent = Linux.Send(_pairs[pair].Initiator, Pattern.At(_pairs[pair].Number * 2, _sent[pair]), Pattern.Piece);
                if (sent > 0)
                {
                    Volatile.Write(ref _sent[pair], _sent[pair] + sent);
                }
                else if (sent != -Linux.Again)
                {
                    throw new InvalidDataException($"Pair {pair}: sending failed after {_sent[pair]} bytes: {Linux.Describe(sent)}.");
                }
            }
        }

        foreach (LoadPair pair in _pairs)
        {
            Linux.ShutdownSend(pair.Initiator);
        }
    }

    private unsafe void Receive()
    {
        byte* buffer = (byte*)NativeMemory.AlignedAlloc(Pattern.Piece, 4096);
        try
        {
            for (int open = _pairs.Count; open > 0 && !_stopReceiving;)
            {
                int count = _readable.Wait(100);
                for (int i = 0; i < count; i++)
                {
                    open -= Take((int)_readable.Tag(i), buffer) ? 0 : 1;
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    /// <summary>False: the stream has ended.</summary>
    private unsafe bool Take(int pair, byte* buffer)
    {
        nint count = Linux.Receive(_pairs[pair].Target, buffer, Pattern.Piece);
        if (count > 0)
        {
            if (!Pattern.Fits(buffer, count, _pairs[pair].Number * 2, _received[pair]))
            {
                throw new InvalidDataException($"Pair {pair}: a wrong byte within {count} bytes after {_received[pair]}.");
            }

            Volatile.Write(ref _received[pair], _received[pair] + count);
            return true;
        }

        if (count == -Linux.Again || _isPaused[pair])
        {
            return true;
        }

        _readable.Remove(_pairs[pair].Target);
        return count == 0
            ? false
            : throw new InvalidDataException($"Pair {pair}: receiving failed after {_received[pair]} bytes: {Linux.Describe(count)}.");
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception)
        {
            _fault ??= exception.Message;
        }
    }

    private void ThrowIfFaulty()
    {
        if (_fault is { } fault)
        {
            throw new InvalidDataException(fault);
        }
    }

    private static async Task JoinAsync(Thread thread, TimeSpan timeout, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (thread.IsAlive)
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw new InvalidDataException($"The {thread.Name} did not end within {timeout.TotalSeconds:0} s: bytes or the end of a stream were lost.");
            }

            await Task.Delay(20, cancel);
        }
    }
}
