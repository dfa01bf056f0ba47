using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The logic of <see cref="SocketIncoming"/>.</summary>
internal class SocketIncomingLogic : OutGraphStageLogic
{
    private readonly SocketLink _link;
    private readonly Outlet<Chunk> _out;
    private readonly ReadSize _size;
    private readonly ChunkReader _reader;
    private readonly bool _taken;
    private SocketOperation? _readable;

    public SocketIncomingLogic(SourceShape<Chunk> shape, SocketLink link, ReadSize size, LinuxChannel? inKernel)
        : base(shape)
    {
        _link = link;
        _out = shape.Outlet;
        _size = size;
        _reader = new ChunkReader(link, size, inKernel);
        _taken = _link.IncomingDirection.TryTake();
        SetHandler(_out, this);
    }

    /// <summary>The stage is about to end and must leave bytes in the socket.</summary>
    protected virtual bool IsStopping => false;

    public override void PreStart()
    {
        if (!_taken)
        {
            FailStage(new InvalidOperationException("The incoming bytes of a link can be read by one stream only."));
            return;
        }

        Action wake = GetAsyncCallback(OnWake);
        _readable = _link.Channel.Operation(wake);
        _link.IncomingDirection.OnClosed(_link, wake);
    }

    public override void PostStop()
    {
        if (_taken)
        {
            _link.IncomingDirection.OnClosed(_link, null);
        }

        _readable?.Abandon();
    }

    public override void OnPull()
    {
        ReadOnlyMemory<byte> early = _link.TakeEarly();
        if (early.IsEmpty)
        {
            ReadOrWait();
        }
        else
        {
            Push(_out, Chunk.CopyOf(early.Span));
        }
    }

    /// <summary>The link was closed, or the wait is over.</summary>
    private void OnWake()
    {
        if (_link.IsClosed)
        {
            FailStage(_link.ClosedFault());
            return;
        }

        if (IsStopping)
        {
            return;
        }

        _link.AwaitsPeer = false;
        if (_readable!.IsDone && HandleWait() && IsAvailable(_out))
        {
            ReadOrWait();
        }
    }

    /// <summary>
    /// False when the wait found an error, which ends the stage. The kernel reports an error once: the read after a reset seen by the wait
    /// would look like a regular end.
    /// </summary>
    private bool HandleWait()
    {
        _readable!.Finish(out _);
        _size.ExpectBytes();
        if (_readable.Error == SocketError.Success)
        {
            return true;
        }

        FailStage(_link.Fault(_readable.Error));
        return false;
    }

    private void ReadOrWait()
    {
        try
        {
            while (!(_size.MayReadAtOnce() && TryRead()))
            {
                _size.RestartRow();
                if (_readable!.WaitReadable())
                {
                    _link.AwaitsPeer = true;
                    return;
                }

                if (!HandleWait())
                {
                    return;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            FailStage(_link.ClosedFault());
        }
    }

    /// <summary>True when the stage has pushed or ended; false when there is nothing to read yet.</summary>
    private bool TryRead()
    {
        if (_reader.Read(out SocketError error) is { } chunk)
        {
            Push(_out, chunk);
            return true;
        }

        if (error != SocketError.WouldBlock)
        {
            End(error);
            return true;
        }

        return false;
    }

    private void End(SocketError error)
    {
        if (error == SocketError.Success && !_link.WasReset && !_link.IsClosed)
        {
            _link.AwaitsPeer = true; // without effect
            CompleteStage();
        }
        else
        {
            FailStage(_link.Fault(error == SocketError.Success ? SocketError.ConnectionReset : error));
        }
    }
}
