using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// One asynchronous operation of a socket at a time, for one stage: wait until a read would not block, or send the rest of a chunk.
/// The kernel's answer arrives on another thread, which touches nothing but this object and calls <c>completed</c> (the stage's
/// async callback). After <see cref="Abandon"/> it calls nobody and releases the chunk.
/// </summary>
#pragma warning disable CA1001 // Abandon releases, later than a Dispose could: the kernel may still use what is owned
internal sealed class SocketOperation
#pragma warning restore CA1001
{
    /// <summary>Without a flow of the execution context: completions only post to the stage.</summary>
    private readonly SocketAsyncEventArgs _args = new(true);
    private readonly InFlight _flight = new();
    private readonly Action _completed;
    private Chunk? _chunk;

    public SocketOperation(Action completed)
    {
        _completed = completed;
        _args.Completed += OnCompleted;
    }

    /// <summary>An operation runs or its completion has not reached the stage yet.</summary>
    public bool IsBusy => _flight.IsBusy;

    /// <summary>How the last operation ended.</summary>
    public SocketError Error => _args.SocketError;

    /// <summary>Bytes that the last operation moved.</summary>
    public int Transferred => _args.BytesTransferred;

    /// <summary>
    /// Zero-byte receive: completes when bytes, the end or an error can be read, and needs no buffer meanwhile. True when the
    /// completion will be reported, false when it is there already.
    /// </summary>
    public bool WaitReadable(Socket socket)
    {
        _flight.Begin();
        try
        {
            return socket.ReceiveAsync(_args);
        }
        catch
        {
            _flight.End();
            throw;
        }
    }

    /// <summary>Sends all of the chunk, which belongs to the operation until <see cref="Finish"/>. True and false as above.</summary>
    public bool Send(Socket socket, Chunk chunk)
    {
        _chunk = chunk;
        _args.SetBuffer(chunk.Memory);
        _flight.Begin();
        try
        {
            return socket.SendAsync(_args);
        }
        catch
        {
            _flight.End();
            throw;
        }
    }

    /// <summary>The stage takes note of the completion, and takes the chunk back when there was one.</summary>
    public Chunk? Finish()
    {
        _flight.End();
        Chunk? chunk = _chunk;
        if (chunk is not null)
        {
            _chunk = null;
            _args.SetBuffer(default);
        }

        return chunk;
    }

    /// <summary>The stage ends: releases everything now, or as soon as the kernel lets go of it. May be called again.</summary>
    public void Abandon()
    {
        if (_flight.Abandon())
        {
            Release();
        }
    }

    private void OnCompleted(object? sender, SocketAsyncEventArgs args)
    {
        if (_flight.TryComplete())
        {
            _completed();
        }
        else
        {
            Release();
        }
    }

    private void Release()
    {
        Interlocked.Exchange(ref _chunk, null)?.Dispose();
        _args.Dispose();
    }
}
