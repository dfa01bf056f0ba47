using System.Net.Sockets;
using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Chunks to socket, one chunk at a time, see <see cref="ChunkWriter"/>. When the upstream completes: shutdown(send), and the stage
/// completes as soon as the kernel has accepted all bytes.
/// </summary>
internal class SocketOutgoingLogic : TimerGraphStageLogic, IInHandler
{
    private readonly Inlet<Chunk> _in;
    private readonly IOutgoingReport _report;
    private readonly bool _relays;
    private readonly bool _taken;
    private Action? _wake;

    /// <param name="shape">Of the stage.</param>
    /// <param name="link">The link to write.</param>
    /// <param name="report">Receives the progress.</param>
    /// <param name="relays">The link's incoming bytes are in the same stream, and its owner closes it when both directions have ended.</param>
    public SocketOutgoingLogic(SinkShape<Chunk> shape, SocketLink link, IOutgoingReport report, bool relays = false)
        : base(shape)
    {
        Link = link;
        _in = shape.Inlet;
        _report = report;
        _relays = relays;
        _taken = Link.OutgoingDirection.TryTake();
        Writer = new ChunkWriter(link.Channel, () => _wake!(), report);
        SetHandler(_in, this);
    }

    protected SocketLink Link { get; }

    protected ChunkWriter Writer { get; }

    /// <summary>There are no more chunks.</summary>
    protected bool IsUpstreamDone { get; private set; }

    /// <summary>The stage has ended.</summary>
    protected bool IsOver { get; private set; }

    public override void PreStart()
    {
        if (!_taken)
        {
            Fail(new InvalidOperationException("The outgoing bytes of a link can be written by one stream only."));
            return;
        }

        SetKeepGoing(true); // the last chunk may still be in flight when the upstream has completed
        _wake = GetAsyncCallback(OnWake);
        Link.OutgoingDirection.OnClosed(Link, _wake);
        Begin();
        if (!IsOver)
        {
            Pull(_in);
        }
    }

    public override void PostStop()
    {
        if (!IsOver)
        {
            ReleaseAll();
            _report.Failed(Writer.Written, new ByteLinkException(ByteLinkFault.LocalFailure, "The stream was stopped before it completed."));
        }
    }

    public void OnPush()
    {
        Chunk chunk = Grab(_in);
        Writer.Take(chunk);
        if (IsWritable(chunk))
        {
            Transmit(isContinued: false);
        }
    }

    public void OnUpstreamFinish()
    {
        IsUpstreamDone = true;
        if (!Writer.IsBusy)
        {
            Finish();
        }
    }

    public void OnUpstreamFailure(Exception e) => Fail(e);

    /// <summary>The stage starts.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>False when the stage has ended instead of writing the chunk.</summary>
    protected virtual bool IsWritable(Chunk chunk) => true;

    protected virtual void OnSendFailed(SocketError error) => Fail(Link.Fault(error));

    /// <summary>The kernel has accepted all bytes.</summary>
    protected virtual void Finish()
    {
        if (TryEndSending(out SocketError error))
        {
            Succeed(Delivery.HandedOver);
        }
        else if (!IsOver)
        {
            Fail(Link.Fault(error));
        }
    }

    /// <summary>The stage has ended.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>For stages with timers.</summary>
    protected override void OnTimer(object timerKey)
    {
    }

    /// <summary>Shuts down the sending side. False when the connection was reset, or was closed, which ends the stage.</summary>
    protected bool TryEndSending(out SocketError error)
    {
        error = SocketError.Success;
        try
        {
            if (_relays)
            {
                Link.EndRelaying();
            }
            else
            {
                Link.EndSending();
            }

            return true;
        }
        catch (SocketException exception)
        {
            error = exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            OnLinkClosed();
        }

        return false;
    }

    /// <summary>This side has closed the link.</summary>
    protected void OnLinkClosed() => Fail(Link.ClosedFault());

    protected void Succeed(Delivery delivery)
    {
        if (!IsOver)
        {
            ReleaseAll();
            _report.Completed(new SentBytes(Writer.Written, delivery));
            CompleteStage();
        }
    }

    /// <summary>Ends the stage without a report, and leaves the link as it is.</summary>
    protected void Detach()
    {
        ReleaseAll();
        CompleteStage();
    }

    protected void Fail(Exception reason)
    {
        if (!IsOver)
        {
            ReleaseAll();
            _report.Failed(Writer.Written, reason);
            FailStage(reason);
        }
    }

    /// <summary>The link was closed, or there is buffer space.</summary>
    private void OnWake()
    {
        if (IsOver)
        {
            return;
        }

        if (Link.IsClosed)
        {
            OnLinkClosed();
        }
        else if (Writer.CanContinue)
        {
            Transmit(isContinued: true);
        }
    }

    private void Transmit(bool isContinued)
    {
        WriteState state;
        SocketError error;
        try
        {
            state = isContinued ? Writer.Continue(out error) : Writer.Write(out error);
        }
        catch (ObjectDisposedException)
        {
            OnLinkClosed();
            return;
        }

        if (state == WriteState.Failed)
        {
            OnSendFailed(error);
        }
        else if (state == WriteState.Done && IsUpstreamDone)
        {
            Finish();
        }
        else if (state == WriteState.Done)
        {
            Pull(_in);
        }
    }

    private void ReleaseAll()
    {
        IsOver = true;
        if (_taken)
        {
            Link.OutgoingDirection.OnClosed(Link, null);
        }

        Writer.Abandon();
        Release();
    }
}
