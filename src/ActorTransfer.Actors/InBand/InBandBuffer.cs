using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// What was accepted and not yet consumed: the bounded queue between the receiving actor and the stream, as the kernel's buffer is between
/// the network and a socket. Thread-safe; owns the chunks in it. Whoever cannot go on leaves a callback that is called once.
/// </summary>
/// <param name="capacity">Bytes of this session.</param>
/// <param name="share">Of the memory of all sessions; disposed with the last chunk.</param>
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

    /// <summary>Keeps room for a block, which is then added or given back with <see cref="Release"/>. An empty buffer has room for any block.</summary>
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

    /// <summary>Gives reserved room back.</summary>
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
            share.Dispose();
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

    /// <summary>Calls back when so many bytes have room, at once if they have.</summary>
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

    private bool Fits(int charge) => capacity - _charged >= charge && share.Fits(charge);

    private static Action? Take(ref Action? waiting)
    {
        var taken = waiting;
        waiting = null;
        return taken;
    }
}
