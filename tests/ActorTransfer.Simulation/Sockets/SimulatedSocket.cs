namespace ActorTransfer.Simulation.Sockets;

/// <summary>One end of a TCP connection: bytes arrive in order, in pieces, until an end or a reset.</summary>
internal sealed class SimulatedSocket(World world, SimulatedConnection connection, string name)
{
    private readonly Queue<byte[]> _arrived = new();
    private TimeSpan _lastArrival;
    private bool _hasSentEnd;

    public string Name => name;

    /// <summary>The other end of the connection.</summary>
    public SimulatedSocket Remote { get; set; } = null!;

    /// <summary>Called when bytes, the end or a reset arrive; not after a close.</summary>
    public Action? Changed { get; set; }

    /// <summary>The remote end has ended its direction; earlier bytes may still be unread.</summary>
    public bool HasEnded { get; private set; }

    public bool IsReset { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Bytes, and one for the end, that the remote machine has not got.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Bytes have arrived and were not read.</summary>
    public bool HasBytes => _arrived.Count > 0;

    /// <summary>The next piece; empty when there is none.</summary>
    public byte[] Read() => _arrived.TryDequeue(out var piece) ? piece : [];

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || IsReset || _hasSentEnd)
        {
            return;
        }

        while (!bytes.IsEmpty)
        {
            var length = world.Plan.SplitsBytes && bytes.Length < 100 ? 1 : world.Random.Between(1, bytes.Length);
            var piece = bytes[..length].ToArray();
            bytes = bytes[length..];
            Unacknowledged += length;
            Send(() => Remote.Arrive(piece));
        }
    }

    /// <summary>No more bytes follow; those of the remote end may.</summary>
    public void EndWriting()
    {
        if (!_hasSentEnd && !IsReset && !IsClosed)
        {
            _hasSentEnd = true;
            Unacknowledged++;
            Send(Remote.End);
        }
    }

    /// <summary>In order; unread bytes make it a reset, as in a kernel.</summary>
    public void Close() => Close(reset: HasBytes);

    /// <summary>With a reset.</summary>
    public void Abort() => Close(reset: true);

    private void Close(bool reset)
    {
        if (IsClosed)
        {
            return;
        }

        if (reset)
        {
            world.Network.Carry(this, Remote.Reset, TimeSpan.Zero);
        }
        else
        {
            EndWriting();
        }

        IsClosed = true;
        Changed = null;
        _arrived.Clear();
        world.Network.Open--;
        world.History?.Note(name, reset ? "resets" : "closes");
    }

    private void Send(Action arrive)
    {
        if (world.Random.Chance(world.Plan.HalfOpen))
        {
            world.HasFaulted = true;
            connection.IsHalfOpen = true;
            world.History?.Note(name, "connection is half-open from here");
        }

        if (world.Random.Chance(world.Plan.Reset))
        {
            world.HasFaulted = true;
            world.History?.Note(name, "the network resets the connection");
            world.Network.Carry(this, Reset, TimeSpan.Zero);
            world.Network.Carry(this, Remote.Reset, TimeSpan.Zero);
        }

        var at = world.Clock.Now + world.Delay();
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        world.Network.Carry(this, arrive, _lastArrival - world.Clock.Now);
    }

    /// <summary>False: nothing arrives on this connection.</summary>
    internal bool IsCarried => !connection.IsHalfOpen;

    private void Arrive(byte[] piece)
    {
        if (Refuses())
        {
            return;
        }

        Remote.Unacknowledged -= piece.Length;
        _arrived.Enqueue(piece);
        Changed?.Invoke();
    }

    private void End()
    {
        if (IsReset)
        {
            return;
        }

        Remote.Unacknowledged--;
        HasEnded = true;
        Changed?.Invoke();
    }

    /// <summary>The kernel responds with a reset to bytes for a closed socket; it accepts the end.</summary>
    private bool Refuses()
    {
        if (IsClosed && !IsReset)
        {
            world.Network.Carry(this, Remote.Reset, TimeSpan.Zero);
        }

        return IsClosed || IsReset;
    }

    private void Reset()
    {
        if (!IsReset)
        {
            IsReset = true;
            if (!IsClosed)
            {
                Changed?.Invoke();
            }
        }
    }
}
