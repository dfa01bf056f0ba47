using System.Diagnostics;
using System.Net;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>
/// Opens many pairs through a proxy on one thread: two connections, SOCKS5, activation over the component stream. Keeps them, or sends
/// a byte and closes them.
/// </summary>
internal sealed class SetupEngine : IDisposable
{
    private const long LinkTag = long.MaxValue;

    /// <summary>On loopback 127.0.0.1 and following: one of them has ports for 14,000 pairs at most. Elsewhere the one that the kernel chooses.</summary>
    private static readonly IPAddress[] s_sources = IPAddress.IsLoopback(Candidates.Site.Current.Proxy)
        ? [.. Enumerable.Range(1, 8).Select(last => new IPAddress([127, 0, 0, (byte)last]))]
        : [IPAddress.Loopback];

    private static readonly TimeSpan s_maxSilence = TimeSpan.FromSeconds(10);

    /// <summary>Time limit of started set-ups after the end; a server with a short accept queue can delay some for minutes.</summary>
    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(10);

    private static int s_runs;
    private readonly IPEndPoint _proxy;
    private readonly ActivationLink? _link;
    private readonly Epoll _epoll = new();
    private readonly string _run;
    private readonly List<LoadPair> _kept = [];
    private readonly List<double> _milliseconds = [];
    private readonly Dictionary<string, int> _lost = [];
    private SetupSlot[] _slots = [];
    private bool _keeps;
    private int _firstNumber;
    private int _begun;
    private int _busy;
    private int _done;
    private int _late;
    private long _over = long.MaxValue;
    private long _lastProgress;
    private TimeSpan _most = TimeSpan.MaxValue;
    private Func<int, bool> _mayBegin = _ => false;

    /// <param name="proxy">The SOCKS5 endpoint of the proxy.</param>
    /// <param name="link">The link for activations; null = none needed.</param>
    /// <param name="run">Part of the names of the pairs; null = a new one.</param>
    public SetupEngine(IPEndPoint proxy, ActivationLink? link, string? run = null)
    {
        _proxy = proxy;
        _link = link;
        _run = run ?? $"r{Environment.ProcessId}-{Interlocked.Increment(ref s_runs)}";
        if (link is not null)
        {
            _epoll.Add(link.Handle, Epoll.Readable, LinkTag);
        }
    }

    /// <summary>Resource of the proxy's JID, with a slash before it; empty = none.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Opens pairs that the caller owns.</summary>
    /// <param name="count">How many.</param>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="cancel">Closes what is open and throws.</param>
    /// <param name="firstNumber">Number of the first.</param>
    /// <exception cref="IOException">A pair failed.</exception>
    public IReadOnlyList<LoadPair> Open(int count, int concurrency, CancellationToken cancel, int firstNumber = 0)
    {
        _keeps = true;
        _firstNumber = firstNumber;
        try
        {
            Run(concurrency, begun => begun < count && _lost.Count == 0, cancel);
            return _lost.Count == 0
                ? [.. _kept.OrderBy(pair => pair.Number)]
                : throw new IOException($"Only {_kept.Count} of {count} pairs were opened: {Reasons()}.");
        }
        catch
        {
            _kept.ForEach(pair => pair.Close());
            throw;
        }
    }

    /// <summary>Repeatedly sets up a pair, sends a byte and closes it.</summary>
    /// <param name="time">Time in which new set-ups start.</param>
    /// <param name="most">Maximum number of set-ups.</param>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="cancel">Closes what is open and throws.</param>
    public SetupResult Repeat(TimeSpan time, int most, int concurrency, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        _most = time + s_tail;
        _over = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
        Run(concurrency, begun => begun < most && Stopwatch.GetTimestamp() < _over, cancel);
        double seconds = Math.Min(time.TotalSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return new SetupResult(_done, _late, seconds, [.. _milliseconds.Order()], _lost);
    }

    public void Dispose()
    {
        foreach (SetupSlot slot in _slots.Where(slot => slot.IsBusy))
        {
            slot.Close();
        }

        _epoll.Dispose();
    }

    private void Run(int concurrency, Func<int, bool> mayBegin, CancellationToken cancel)
    {
        lock (_link?.Gate ?? new object())
        {
            RunAlone(concurrency, mayBegin, cancel);
        }
    }

    private void RunAlone(int concurrency, Func<int, bool> mayBegin, CancellationToken cancel)
    {
        _mayBegin = mayBegin;
        long start = _lastProgress = Stopwatch.GetTimestamp();
        _slots = [.. Enumerable.Range(0, concurrency).Select(_ => new SetupSlot())];
        for (int slot = 0; slot < concurrency; slot++)
        {
            Begin(slot);
        }

        while (_busy > 0)
        {
            cancel.ThrowIfCancellationRequested();
            _link?.Flush();
            int count = _epoll.Wait(_link is { HasUnsent: true } ? 1 : 500);
            for (int i = 0; i < count; i++)
            {
                Handle(_epoll.Tag(i));
            }

            if (Stopwatch.GetElapsedTime(_lastProgress) > s_maxSilence || Stopwatch.GetElapsedTime(start) > _most)
            {
                GiveUp();
            }
        }
    }

    private void Begin(int index)
    {
        if (!_mayBegin(_begun))
        {
            return;
        }

        int number = _firstNumber + _begun++;
        SetupSlot slot = _slots[index];
        _busy++;
        slot.Begin(_run, number, _proxy, s_sources[number % s_sources.Length]);
        for (int side = 0; side < 2; side++)
        {
            _epoll.Add(slot.Sides[side].Socket, Epoll.Writable, Tag(index, side));
        }
    }

    private long Tag(int index, int side) => ((long)_slots[index].Number << 20) | ((long)index << 1) | (long)side;

    /// <summary>The pair of this tag has not ended; a slot is reused with another number.</summary>
    private bool IsBusy(long tag, out int index)
    {
        index = (int)(tag >> 1) & 0x7FFFF;
        return index < _slots.Length && _slots[index] is { IsBusy: true } slot && slot.Number == tag >> 20;
    }

    private void Handle(long tag)
    {
        if (tag == LinkTag)
        {
            _link!.Read(Answered);
            return;
        }

        if (!IsBusy(tag, out int index))
        {
            return;
        }

        SetupSlot slot = _slots[index];
        switch (slot.Advance((int)(tag & 1), _epoll, tag))
        {
            case SetupProgress.Granted:
                Granted(index, slot);
                break;
            case SetupProgress.ByteArrived:
                _milliseconds.Add(Stopwatch.GetElapsedTime(slot.Began).TotalMilliseconds);
                break;
            case SetupProgress.Completed:
                _done++;
                _late += Stopwatch.GetTimestamp() < _over ? 0 : 1;
                Finish(index, slot);
                break;
            case SetupProgress.Failed:
                Lose(index, slot.Fault);
                break;
        }
    }

    private void Granted(int index, SetupSlot slot)
    {
        if (_link is null)
        {
            Activated(index, slot);
        }
        else
        {
            _link.Ask(Tag(index, 0), slot.Names, Resource);
        }
    }

    private void Answered(long tag, bool isResult)
    {
        if (!IsBusy(tag, out int index))
        {
            return;
        }

        if (isResult)
        {
            Activated(index, _slots[index]);
        }
        else
        {
            Lose(index, "activation refused");
        }
    }

    private void Activated(int index, SetupSlot slot)
    {
        if (_keeps)
        {
            _epoll.Remove(slot.Sides[0].Socket);
            _epoll.Remove(slot.Sides[1].Socket);
            _kept.Add(new LoadPair(slot.Number, slot.Sides[0].Socket, slot.Sides[1].Socket));
            Finish(index, slot);
            return;
        }

        slot.SendByte();
    }

    private void Lose(int index, string reason)
    {
        _lost[reason] = _lost.GetValueOrDefault(reason) + 1;
        _slots[index].Close();
        Finish(index, _slots[index]);
    }

    private void Finish(int index, SetupSlot slot)
    {
        _lastProgress = Stopwatch.GetTimestamp();
        slot.IsBusy = false;
        _busy--;
        Begin(index);
    }

    /// <summary>No set-up completed for a long time: those in progress have failed.</summary>
    private void GiveUp()
    {
        _mayBegin = _ => false;
        for (int index = 0; index < _slots.Length; index++)
        {
            if (_slots[index].IsBusy)
            {
                SetupSlot slot = _slots[index];
                Lose(index, $"silence (initiator {slot.Sides[0].Stage}, target {slot.Sides[1].Stage})");
            }
        }
    }

    private string Reasons() =>
        string.Join(", ", _lost.Select(entry => $"{entry.Value} x {entry.Key}")) + (_link?.Refusal is { } refusal ? $" ({refusal})" : "");
}
