using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>How far a chunk was written.</summary>
internal enum WriteState
{
    /// <summary>The kernel has accepted all of it.</summary>
    Done,

    /// <summary>The kernel has no room for the rest: <see cref="ChunkWriter.Continue"/> after the wake.</summary>
    Pending,

    /// <summary>The socket has an error.</summary>
    Failed,
}

/// <summary>Writes one chunk at a time, which it owns: by a plain send, and only for the rest by an operation that waits.</summary>
/// <param name="channel">The socket.</param>
/// <param name="wake">Called on any thread when an operation has completed.</param>
/// <param name="report">Receives the progress.</param>
internal sealed class ChunkWriter(SocketChannel channel, Action wake, IOutgoingReport report)
{
    private SocketOperation? _sending;
    private Chunk? _chunk;

    /// <summary>Bytes that the kernel has accepted so far.</summary>
    public long Written { get; private set; }

    /// <summary>An operation runs, or its completion was not handled yet.</summary>
    public bool IsSending => _sending is { IsBusy: true };

    /// <summary>An operation has completed: call <see cref="Continue"/>.</summary>
    public bool CanContinue => _sending is { IsDone: true };

    /// <summary>A chunk is not written completely.</summary>
    public bool IsBusy => _chunk is not null || IsSending;

    /// <summary>Takes the next chunk; <see cref="Write"/> starts to write it.</summary>
    public void Take(Chunk chunk) => _chunk = chunk;

    /// <summary>Writes what the kernel accepts.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public WriteState Write(out SocketError error)
    {
        Chunk chunk = _chunk!;
        error = SocketError.Success;
        if (chunk.Length > 0)
        {
            int count = chunk.SendTo(channel, out error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                return WriteState.Failed;
            }

            Count(count);
        }

        if (chunk.Length == 0)
        {
            Drop();
            return WriteState.Done;
        }

        _chunk = null; // the operation owns it now
        _sending ??= channel.Operation(wake);
        return _sending.Send(chunk) ? WriteState.Pending : Continue(out error);
    }

    /// <summary>Handles the completion of the operation, and writes the rest.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public WriteState Continue(out SocketError error)
    {
        _chunk = _sending!.Finish(out int sent);
        error = _sending.Error;
        if (error != SocketError.Success)
        {
            return WriteState.Failed;
        }

        Count(sent);
        if (_chunk is { Length: > 0 })
        {
            return Write(out error);
        }

        Drop();
        return WriteState.Done;
    }

    /// <summary>The stage ends: releases everything now, or when the kernel has finished.</summary>
    public void Abandon()
    {
        Drop();
        _sending?.Abandon();
    }

    private void Drop()
    {
        _chunk?.Dispose();
        _chunk = null;
    }

    private void Count(int sent)
    {
        if (sent > 0)
        {
            Written += sent;
            report.Moved(Written);
        }
    }
}
