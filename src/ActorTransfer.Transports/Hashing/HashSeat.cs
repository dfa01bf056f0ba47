namespace ActorTransfer.Transports.Hashing;

/// <summary>
/// A stream's place in a <see cref="HashCrowd"/>. It has one piece of bytes at a time, which is hashed by the stream's own stage in a turn of
/// its own, or before that by another one along with its own. What is public is for the stage only.
/// </summary>
internal sealed class HashSeat
{
    private readonly HashCrowd _crowd;
    private readonly Action _askForTurn;
    private Action<bool>? _ended;

    /// <summary>Takes a place, until <see cref="Leave"/>.</summary>
    /// <param name="crowd">Those who share lanes.</param>
    /// <param name="askForTurn">Makes the stage call <see cref="TakeTurn"/> after the turns of those that are ready already. Any thread calls it.</param>
    public HashSeat(HashCrowd crowd, Action askForTurn)
    {
        _crowd = crowd;
        _askForTurn = askForTurn;
        crowd.Enter();
    }

    /// <summary>Where a piece is.</summary>
    internal enum Place
    {
        /// <summary>There is none.</summary>
        Nowhere,

        /// <summary>Nobody hashes it yet.</summary>
        Waiting,

        /// <summary>Some thread does.</summary>
        Taken,

        /// <summary>It is hashed, and the stage does not know yet.</summary>
        Hashed,
    }

    /// <summary>Guarded by the crowd.</summary>
    internal Place At { get; set; }

    /// <summary>A turn of the stage is due. Guarded by the crowd.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>The stage has gone. Guarded by the crowd.</summary>
    internal bool HasLeft { get; set; }

    /// <summary>What the blocks change.</summary>
    internal Sha256State? State { get; private set; }

    /// <summary>Whole blocks, to be hashed.</summary>
    internal ReadOnlyMemory<byte> Blocks { get; private set; }

    /// <summary>Hashes the bytes (true), or sees to it that they will be (false).</summary>
    /// <param name="hash">Nobody else's until the piece has ended.</param>
    /// <param name="bytes">They must stay until then.</param>
    /// <param name="ended">
    /// Called after false: with true in a turn of the stage, when they are hashed; with false when they never will be, because the stage has left,
    /// and nobody reads them any more, then on any thread.
    /// </param>
    public bool Append(RunningSha256 hash, ReadOnlyMemory<byte> bytes, Action<bool> ended)
    {
        if (hash.State is not { } state || !_crowd.IsWorthwhile(bytes.Length))
        {
            hash.Append(bytes.Span);
            return true;
        }

        State = state;
        Blocks = bytes[state.Take(bytes.Span)];
        _ended = ended;
        return _crowd.Join(this);
    }

    /// <summary>Ends the piece if it is hashed by now, or hashes it, with others if there are enough.</summary>
    public void TakeTurn()
    {
        if (_crowd.TakeTurn(this))
        {
            _ended!(true);
        }
    }

    /// <summary>The stage ends.</summary>
    public void Leave()
    {
        if (_crowd.Leave(this))
        {
            _ended!(false);
        }
    }

    /// <summary>Called on the thread that hashed it.</summary>
    /// <param name="hasLeft">The stage left meanwhile.</param>
    internal void Tell(bool hasLeft)
    {
        if (hasLeft)
        {
            _ended!(false);
        }
        else
        {
            _askForTurn();
        }
    }
}
