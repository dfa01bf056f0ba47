using System.Net.Sockets;
using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Receives the progress of writing, on the thread of the stream.</summary>
internal interface IOutgoingReport
{
    /// <summary>Bytes were passed to the kernel.</summary>
    /// <param name="total">So far.</param>
    void Moved(long total);

    /// <summary>The end; this or <see cref="Failed"/>, once.</summary>
    void Completed(SentBytes sent);

    /// <summary>The other end.</summary>
    void Failed(long total, Exception reason);
}

/// <summary>
/// Chunks to socket: tries a plain send first and waits only for the rest. One chunk at a time. When the upstream completes:
/// shutdown(send), and the stage completes; with a linger it also watches the peer, see <see cref="PeerWatch"/> (a sender of XEP-0065 that
/// never reads does not detect that it was cancelled).
/// </summary>
internal sealed class SocketOutgoingLogic : TimerGraphStageLogic, IInHandler
{
    private const string LingerTimer = "linger";
    private const string GraceTimer = "grace";
    private const string SettleTimer = "settle";

    /// <summary>A peer that has everything may close before this side's upstream completes.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    /// <summary>Interval of checks for the acknowledgement of the last bytes after the peer's FIN: there is no event for it.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(20);

    private readonly SocketLink _link;
    private readonly TimeSpan? _linger;
    private readonly Inlet<Chunk> _in;
    private readonly IOutgoingReport _report;
    private readonly bool _relays;
    private readonly bool _taken;
    private Action? _wake;
    private SocketOperation? _sending;
    private PeerWatch? _watch;
    private Chunk? _chunk;
    private long _written;
    private long _unacknowledged;
    private bool _upstreamDone;
    private bool _hasFin;
    private bool _peerEndedFirst;
    private bool _over;

    /// <param name="shape">Of the stage.</param>
    /// <param name="link">The link to write.</param>
    /// <param name="linger">Null: success means that the kernel has accepted all bytes.</param>
    /// <param name="report">Receives the progress.</param>
    /// <param name="relays">The link's incoming bytes are in the same stream, and its owner closes it when both directions have ended.</param>
    public SocketOutgoingLogic(SinkShape<Chunk> shape, SocketLink link, TimeSpan? linger, IOutgoingReport report, bool relays = false)
        : base(shape)
    {
        _link = link;
        _linger = linger;
        _in = shape.Inlet;
        _report = report;
        _relays = relays;
        _taken = _link.TryTakeOutgoing();
        SetHandler(_in, this);
    }

    public override void PreStart()
    {
        if (!_taken)
        {
            Fail(new InvalidOperationException("The outgoing bytes of a link can be written by one stream only."));
            return;
        }

        SetKeepGoing(true); // the last chunk may still be in flight when the upstream has completed
        _wake = GetAsyncCallback(OnWake);
        _link.SetOutgoingClosed(_wake);
        if (_linger is not null)
        {
            _watch = new PeerWatch(_link, GetAsyncCallback(OnPeerReadable));
            Watch();
        }

        if (!_over)
        {
            Pull(_in);
        }
    }

    public override void PostStop()
    {
        if (!_over)
        {
            Release();
            _report.Failed(_written, new ByteLinkException(ByteLinkFault.LocalFailure, "The stream was stopped before it completed."));
        }
    }

    protected override void OnTimer(object timerKey)
    {
        if (Equals(timerKey, GraceTimer))
        {
            FailPeer();
            return;
        }

        if (_link.IsClosed)
        {
            OnLinkClosed();
        }
        else if (Equals(timerKey, SettleTimer))
        {
            Conclude();
        }
        else
        {
            OnLingered(SendQueue.Unacknowledged(_link.Channel.Handle, _hasFin));
        }
    }

    /// <param name="left">Unacknowledged bytes.</param>
    private void OnLingered(long left)
    {
        if (left == 0)
        {
            Succeed(Delivery.HandedOver);
        }
        else if (left < _unacknowledged)
        {
            _unacknowledged = left; // a slow reader is still active
            ScheduleOnce(LingerTimer, _linger!.Value);
        }
        else if (_watch!.End is not null)
        {
            FailPeer();
        }
        else
        {
            Fail(new ByteLinkException(ByteLinkFault.PeerStalled, $"The peer left {left} bytes unacknowledged for {_linger}."));
        }
    }

    public void OnPush()
    {
        _chunk = Grab(_in);
        if (_watch?.End is not null && _chunk.Length > 0)
        {
            FailPeer();
            return;
        }

        Transmit();
    }

    public void OnUpstreamFinish()
    {
        _upstreamDone = true;
        if (_sending is not { IsBusy: true } && _chunk is null)
        {
            Finish();
        }
    }

    public void OnUpstreamFailure(Exception e) => Fail(e);

    private void Transmit()
    {
        Chunk chunk = _chunk!;
        try
        {
            if (chunk.Length > 0)
            {
                int count = chunk.SendTo(_link.Channel, out SocketError error);
                if (error is not (SocketError.Success or SocketError.WouldBlock))
                {
                    OnSendFailed(error);
                    return;
                }

                Count(count);
            }

            if (chunk.Length > 0)
            {
                _chunk = null; // the operation owns it now
                _sending ??= _link.Channel.Operation(_wake!);
                if (_sending.Send(chunk))
                {
                    return;
                }

                OnSent();
                return;
            }
        }
        catch (ObjectDisposedException)
        {
            OnLinkClosed();
            return;
        }

        Next();
    }

    /// <summary>The link was closed, or there is buffer space.</summary>
    private void OnWake()
    {
        if (_over)
        {
            return;
        }

        if (_link.IsClosed)
        {
            OnLinkClosed();
        }
        else if (_sending is { IsDone: true })
        {
            OnSent();
        }
    }

    private void OnSent()
    {
        _chunk = _sending!.Finish(out int sent);
        if (_sending.Error != SocketError.Success)
        {
            OnSendFailed(_sending.Error);
            return;
        }

        Count(sent);
        if (_chunk is { Length: > 0 })
        {
            Transmit();
        }
        else
        {
            Next();
        }
    }

    private void Next()
    {
        _chunk?.Dispose();
        _chunk = null;
        if (_upstreamDone)
        {
            Finish();
        }
        else
        {
            Pull(_in);
        }
    }

    private void Count(int sent)
    {
        if (sent > 0)
        {
            _written += sent;
            _report.Moved(_written);
        }
    }

    private void OnSendFailed(SocketError error)
    {
        if (error == SocketError.Shutdown && _watch is { End: null } && _chunk is not null)
        {
            return; // the connection has ended; the watch will report how
        }

        if (error == SocketError.Shutdown && _watch?.End is not null)
        {
            FailPeer();
        }
        else
        {
            Fail(_link.Fault(error));
        }
    }

    /// <summary>The kernel has accepted all bytes.</summary>
    private void Finish()
    {
        try
        {
            _peerEndedFirst = _watch is { } watch && (watch.End is not null || TcpState.HasEnded(_link.Channel.Handle));
            if (_relays)
            {
                _link.EndRelaying();
            }
            else
            {
                _link.EndSending();
            }

            _hasFin = true;
        }
        catch (SocketException exception) when (_watch is null)
        {
            Fail(_link.Fault(exception.SocketErrorCode));
            return;
        }
        catch (SocketException)
        {
            // Reset meanwhile: the watch determines whether everything had been sent before.
        }
        catch (ObjectDisposedException)
        {
            OnLinkClosed();
            return;
        }

        if (_watch is null)
        {
            Succeed(Delivery.HandedOver);
            return;
        }

        _unacknowledged = SendQueue.Unacknowledged(_link.Channel.Handle, _hasFin);
        ScheduleOnce(LingerTimer, _linger!.Value);
        if (_watch.End is not null)
        {
            Conclude();
        }
    }

    private void OnPeerReadable()
    {
        if (!_over)
        {
            _watch!.CompleteWait();
            Watch();
        }
    }

    private void Watch()
    {
        try
        {
            if (_watch!.DrainOrWait() is null)
            {
                return;
            }
        }
        catch (ObjectDisposedException)
        {
            OnLinkClosed();
            return;
        }

        if (_sending is { IsBusy: true } && TcpState.IsClosed(_link.Channel.Handle))
        {
            return; // the send ends too, and its error may be the one that was a reset
        }

        if (_sending is { IsBusy: true } || _chunk is not null)
        {
            FailPeer();
        }
        else if (_upstreamDone)
        {
            Conclude();
        }
        else
        {
            ScheduleOnce(GraceTimer, s_grace);
        }
    }

    /// <summary>
    /// Everything was written and the peer has ended: a success, unless the kernel knows of undelivered bytes. After a FIN the last bytes
    /// may still be acknowledged, or cause a reset.
    /// </summary>
    private void Conclude()
    {
        if (_link.IsClosed)
        {
            OnLinkClosed();
        }
        else if (SendQueue.Unacknowledged(_link.Channel.Handle, _hasFin) == 0)
        {
            Succeed(_watch!.End == PeerEnd.Reset ? Delivery.PeerReset
                : _peerEndedFirst || !SendQueue.IsKnown ? Delivery.HandedOver
                : Delivery.PeerClosed);
        }
        else if (_watch!.End == PeerEnd.Reset || TcpState.IsClosed(_link.Channel.Handle))
        {
            FailPeer();
        }
        else
        {
            ScheduleOnce(SettleTimer, s_settle);
        }
    }

    private void FailPeer()
    {
        if (_link.IsClosed)
        {
            OnLinkClosed(); // closing ends a pending read like a reset
            return;
        }

        Fail(_watch!.End == PeerEnd.Closed
            ? new ByteLinkException(ByteLinkFault.PeerClosedEarly, SocketErrors.Closed)
            : new ByteLinkException(ByteLinkFault.PeerReset, SocketErrors.Reset));
    }

    private void OnLinkClosed() => Fail(_link.ClosedFault());

    private void Succeed(Delivery delivery)
    {
        if (!_over)
        {
            Release();
            _report.Completed(new SentBytes(_written, delivery));
            CompleteStage();
        }
    }

    private void Fail(Exception reason)
    {
        if (!_over)
        {
            Release();
            _report.Failed(_written, reason);
            FailStage(reason);
        }
    }

    private void Release()
    {
        _over = true;
        if (_taken)
        {
            _link.SetOutgoingClosed(null);
        }

        _chunk?.Dispose();
        _chunk = null;
        _sending?.Abandon();
        _watch?.Abandon();
    }
}
