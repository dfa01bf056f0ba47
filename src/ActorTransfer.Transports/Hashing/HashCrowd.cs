namespace ActorTransfer.Transports.Hashing;

/// <summary>
/// Streams that hash at the same time, and lend each other the lanes of <see cref="Sha256Lanes"/>. A piece of bytes waits until there is one for
/// each lane, or until its stream's stage has its next turn, which comes after those of all stages that were ready before: so pieces gather
/// while the processors are busy, and nothing waits while they are not.
/// </summary>
internal sealed class HashCrowd
{
    /// <summary>Smaller pieces cost less than the turn.</summary>
    private const int WorthwhilePiece = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly List<HashSeat> _waiting = new(Sha256Lanes.Count);
    private int _seats;

    /// <summary>That of the process.</summary>
    public static HashCrowd Shared { get; } = new();

    /// <summary>Whether a piece of this size should wait for company.</summary>
    public bool IsWorthwhile(int bytes) => bytes >= WorthwhilePiece && Volatile.Read(ref _seats) >= Sha256Lanes.Worthwhile;

    /// <summary>One more stream.</summary>
    public void Enter() => Interlocked.Increment(ref _seats);

    /// <summary>One less. Value: its piece has ended, unhashed or unheard.</summary>
    public bool Leave(HashSeat seat)
    {
        Interlocked.Decrement(ref _seats);
        lock (_gate)
        {
            seat.HasLeft = true;
            _waiting.Remove(seat);
            return seat.At is HashSeat.Place.Waiting or HashSeat.Place.Hashed;
        }
    }

    /// <summary>The seat has a piece. True: it is hashed, since it was the last that was missing.</summary>
    public bool Join(HashSeat seat)
    {
        HashSeat[] batch;
        lock (_gate)
        {
            seat.At = HashSeat.Place.Waiting;
            _waiting.Add(seat);
            if (_waiting.Count < Sha256Lanes.Count)
            {
                batch = [];
                seat.IsAsked = true;
            }
            else
            {
                batch = TakeAll();
            }
        }

        if (batch.Length == 0)
        {
            seat.Tell(hasLeft: false);
            return false;
        }

        Hash(batch, seat);
        return true;
    }

    /// <summary>The seat's stage has a turn. True: its piece is hashed.</summary>
    public bool TakeTurn(HashSeat seat)
    {
        HashSeat[] batch;
        lock (_gate)
        {
            seat.IsAsked = false;
            switch (seat.At)
            {
                case HashSeat.Place.Hashed:
                    seat.At = HashSeat.Place.Nowhere;
                    return true;
                case HashSeat.Place.Waiting:
                    batch = _waiting.Count >= Sha256Lanes.Worthwhile ? TakeAll() : Take(seat);
                    break;
                default:
                    return false;
            }
        }

        Hash(batch, seat);
        return true;
    }

    private HashSeat[] TakeAll()
    {
        HashSeat[] all = [.. _waiting];
        _waiting.Clear();
        foreach (HashSeat seat in all)
        {
            seat.At = HashSeat.Place.Taken;
        }

        return all;
    }

    private HashSeat[] Take(HashSeat seat)
    {
        _waiting.Remove(seat);
        seat.At = HashSeat.Place.Taken;
        return [seat];
    }

    /// <param name="batch">Taken ones.</param>
    /// <param name="own">The one whose stage this is: it need not be told.</param>
    private void Hash(HashSeat[] batch, HashSeat own)
    {
        LaneRun.Hash(batch);
        foreach (HashSeat seat in batch)
        {
            bool hasLeft, isAsked;
            lock (_gate)
            {
                (hasLeft, isAsked) = (seat.HasLeft, seat.IsAsked);
                seat.At = seat == own ? HashSeat.Place.Nowhere : HashSeat.Place.Hashed;
                seat.IsAsked |= seat != own;
            }

            if (seat != own && (hasLeft || !isAsked))
            {
                seat.Tell(hasLeft);
            }
        }
    }
}
