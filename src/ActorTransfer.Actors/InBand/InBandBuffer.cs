using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// Accepted and not yet consumed bytes: the bounded queue between the receiving actor and the stream, like the kernel's buffer between
/// network and socket. Thread-safe; owns its chunks. A caller that has to wait registers a callback, which is called once.
/// Not a <c>System.Threading.Channels</c> channel: room is counted in bytes of two budgets and reserved before a block is acknowledged.
/// </summary>
/// <param name="capacity">Bytes of this session.</param>
/// <param name="share">Share of the memory of all sessions; disposed with the last chunk.</param>
internal sealed class InBandBuffer(int capacity, InBandShare share)
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

    /// <summary>Reserves room for a block, which is then added or released with <see cref="Release"/>. An empty buffer has room for any block.</summary>
    public bool TryReserve(int charge)
    {
        lock (_lock)
        {
            if (_abandoned || capacity - _charged < charge || !share.TryTake(charge))
            {
                return false;
            }

            _charged += charge;
            return true;
        }
    }

    /// <summary>Releases reserved room.</summary>
    public void Release(int charge)
    {
        lock (_lock)
        {
            _charged -= charge;
            share.Return(charge);
        }
    }

    /// <summary>Takes over a chunk whose room is reserved.</summary>
    public void Add(Chunk chunk)
    {
        Action? reader = null;
        lock (_lock)
        {
            if (!_abandoned)
            {
                _chunks.Enqueue(chunk);
                reader = Take(ref _reader);
                chunk = null!;
            }
        }

        chunk?.Dispose();
        reader?.Invoke();
    }

    /// <summary>No more chunks follow; with a fault if the stream is incomplete. The first end counts.</summary>
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

    /// <summary>The reader has stopped. No more room is given: unread bytes must not be acknowledged.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _abandoned = true;
            _roomMade = null;
            share.Dispose();
            while (_chunks.TryDequeue(out var chunk))
            {
                chunk.Dispose();
            }
        }
    }

    /// <summary>Returns the oldest chunk or the end, or calls <paramref name="again"/> when there is one.</summary>
    public Outcome TryRead(Action again, out Chunk? chunk, out ByteLinkException? fault)
    {
        Action? roomMade = null;
        lock (_lock)
        {
            fault = null;
            if (_chunks.TryDequeue(out chunk))
            {
                var charge = IbbReceiver.ChargeOf(chunk.Length);
                _charged -= charge;
                share.Return(charge);
                roomMade = Fits(_roomWanted) ? Take(ref _roomMade) : null;
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

    /// <summary>Calls back when there is room for so many bytes, at once if there is.</summary>
    public void AwaitRoom(int wanted, Action made)
    {
        lock (_lock)
        {
            if (!Fits(wanted))
            {
                (_roomWanted, _roomMade) = (wanted, made);
                return;
            }
        }

        made();
    }

    /// <summary>Result of a read, without reading; <see cref="Outcome.Wait"/> calls back when that changes.</summary>
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

    private bool Fits(int charge) => capacity - _charged >= charge && share.Fits(charge);

    private static Action? Take(ref Action? waiting)
    {
        var taken = waiting;
        waiting = null;
        return taken;
    }
}
