using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Transports;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// What was accepted and not yet consumed: the bounded queue between the receiving actor and the stream, as the kernel's buffer is between
/// the network and a socket. Thread-safe; owns the chunks in it. Whoever cannot go on leaves a callback that is called once.
/// </summary>
internal sealed class InBandBuffer(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<Chunk> _chunks = new();
    private int _charged;
    private bool _ended;
    private bool _abandoned;
    private ByteLinkException? _fault;
    private Action? _reader;
    private Action? _roomMade;
    private int _roomWanted;

    public enum Outcome
    {
        Chunk,
        Wait,
        End,
        Fault,
    }

    /// <summary>Bytes that it can take now; no less than any block when it is empty.</summary>
    public int Room
    {
        get
        {
            lock (_lock)
            {
                return capacity - _charged;
            }
        }
    }

    /// <summary>Takes over a chunk.</summary>
    public void Add(Chunk chunk)
    {
        Action? reader = null;
        lock (_lock)
        {
            if (!_abandoned)
            {
                _chunks.Enqueue(chunk);
                _charged += IbbReceiver.ChargeOf(chunk.Length);
                reader = Take(ref _reader);
                chunk = null!;
            }
        }

        chunk?.Dispose();
        reader?.Invoke();
    }

    /// <summary>What is in it is all; with a fault when it should not be. The first end counts.</summary>
    public void End(ByteLinkException? fault = null)
    {
        Action? reader;
        lock (_lock)
        {
            _fault = _ended ? _fault : fault;
            _ended = true;
            reader = Take(ref _reader);
        }

        reader?.Invoke();
    }

    /// <summary>Nobody reads any more. There is no more room either: what is not read must not be acknowledged.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _abandoned = true;
            _roomMade = null;
            while (_chunks.TryDequeue(out var chunk))
            {
                chunk.Dispose();
            }
        }
    }

    /// <summary>Gives the oldest chunk, or the end, or calls <paramref name="again"/> when there is one.</summary>
    public Outcome TryRead(Action again, out Chunk? chunk, out ByteLinkException? fault)
    {
        Action? roomMade = null;
        lock (_lock)
        {
            fault = null;
            if (_chunks.TryDequeue(out chunk))
            {
                _charged -= IbbReceiver.ChargeOf(chunk.Length);
                roomMade = capacity - _charged >= _roomWanted ? Take(ref _roomMade) : null;
            }
            else if (_ended)
            {
                fault = _fault;
                return fault is null ? Outcome.End : Outcome.Fault;
            }
            else
            {
                _reader = again;
                return Outcome.Wait;
            }
        }

        roomMade?.Invoke();
        return Outcome.Chunk;
    }

    /// <summary>Calls back when so many bytes have room, at once if they have.</summary>
    public void AwaitRoom(int wanted, Action made)
    {
        lock (_lock)
        {
            if (capacity - _charged < wanted)
            {
                (_roomWanted, _roomMade) = (wanted, made);
                return;
            }
        }

        made();
    }

    /// <summary>What a read would give, without reading; <see cref="Outcome.Wait"/> calls back when that changes.</summary>
    public Outcome Peek(Action again)
    {
        lock (_lock)
        {
            if (_chunks.Count > 0)
            {
                return Outcome.Chunk;
            }

            if (_ended)
            {
                return Outcome.End;
            }

            _reader = again;
            return Outcome.Wait;
        }
    }

    private static Action? Take(ref Action? waiting)
    {
        var taken = waiting;
        waiting = null;
        return taken;
    }
}
