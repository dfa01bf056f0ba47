using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// One asynchronous operation of a socket at a time, for one stage: wait until a read would not block, or send the rest of a chunk. The
/// completion arrives on another thread, which accesses only this object and calls <c>completed</c> (the stage's async callback). After
/// <see cref="Abandon"/> it calls nothing and releases the chunk.
/// </summary>
/// <param name="completed">Called on any thread.</param>
internal abstract class SocketOperation(Action completed)
{
    private Chunk? _chunk;

    /// <summary>An operation runs or its completion has not reached the stage yet.</summary>
    public bool IsBusy => Flight.IsBusy;

    /// <summary>An operation has completed, but the stage has not handled it yet.</summary>
    public bool IsDone => Flight.IsDone;

    /// <summary>How the last operation ended.</summary>
    public abstract SocketError Error { get; }

    /// <summary>Decides who releases the resources.</summary>
    protected InFlight Flight { get; } = new();

    /// <summary>
    /// Completes when bytes, the end or an error can be read, and needs no buffer meanwhile. True when completion will be reported, false
    /// when it is already there.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool WaitReadable()
    {
        Flight.Begin();
        try
        {
            return BeginWait();
        }
        catch
        {
            Flight.End();
            throw;
        }
    }

    /// <summary>
    /// Completes when bytes of the chunk were sent or could be sent now; the operation owns it until <see cref="Finish"/>. Returns as
    /// above.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool Send(Chunk chunk)
    {
        _chunk = chunk;
        Flight.Begin();
        try
        {
            return BeginSend(chunk);
        }
        catch
        {
            Flight.End();
            throw;
        }
    }

    /// <summary>The stage handles the completion, and takes back the unsent rest of the chunk, if there was one.</summary>
    /// <param name="sent">Bytes that left the chunk.</param>
    public Chunk? Finish(out int sent)
    {
        Flight.End();
        Chunk? chunk = _chunk;
        _chunk = null;
        sent = chunk is null ? 0 : EndSend(chunk);
        return chunk;
    }

    /// <summary>The stage ends: releases everything now, or when the kernel has finished. Idempotent.</summary>
    public void Abandon()
    {
        if (Flight.Abandon() || TryStop())
        {
            Release();
        }
    }

    protected abstract bool BeginWait();

    protected abstract bool BeginSend(Chunk chunk);

    /// <summary>Drops sent bytes from the chunk, and returns their number.</summary>
    protected abstract int EndSend(Chunk chunk);

    /// <summary>True: the operation will not complete any more.</summary>
    protected virtual bool TryStop() => false;

    protected virtual void Release() => Interlocked.Exchange(ref _chunk, null)?.Dispose();

    /// <summary>The operation has completed.</summary>
    protected void Complete()
    {
        if (Flight.TryComplete())
        {
            completed();
        }
        else
        {
            Release();
        }
    }
}
