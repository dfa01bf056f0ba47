using System.Net.Sockets;
using ActorTransfer.Extensibility;
using Akka.Streams;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// As <see cref="SocketOutgoingLogic"/>, but it watches the peer, see <see cref="PeerWatch"/> (a sender of XEP-0065 that never reads does
/// not detect that it was cancelled), and completes when the bytes are delivered, see <see cref="DeliveryCheck"/>.
/// </summary>
/// <param name="shape">Of the stage.</param>
/// <param name="link">The link to write.</param>
/// <param name="linger">How long the peer may leave the last bytes unacknowledged.</param>
/// <param name="report">Receives the progress.</param>
internal sealed class WatchedOutgoingLogic(SinkShape<Chunk> shape, SocketLink link, TimeSpan linger, IOutgoingReport report)
    : SocketOutgoingLogic(shape, link, report)
{
    private const string LingerTimer = "linger";
    private const string GraceTimer = "grace";
    private const string SettleTimer = "settle";

    /// <summary>A peer that has everything may close before this side's upstream completes.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    /// <summary>Interval of checks for the acknowledgement of the last bytes after the peer's FIN: there is no event for it.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(20);

    private PeerWatch? _watch;
    private DeliveryCheck? _delivery;

    protected override void Begin()
    {
        _watch = new PeerWatch(Link, GetAsyncCallback(OnPeerReadable));
        _delivery = new DeliveryCheck(Link, _watch);
        Watch();
    }

    protected override bool IsWritable(Chunk chunk)
    {
        if (_watch!.End is null || chunk.Length == 0)
        {
            return true;
        }

        FailPeer();
        return false;
    }

    protected override void OnSendFailed(SocketError error)
    {
        if (error != SocketError.Shutdown)
        {
            base.OnSendFailed(error);
        }
        else if (_watch!.End is not null)
        {
            FailPeer();
        }

        // Otherwise the connection has ended, and the watch will report how.
    }

    protected override void Finish()
    {
        _delivery!.BeforeEnd();
        bool hasFin = TryEndSending(out _); // after a reset the watch determines whether everything had been sent before
        if (IsOver)
        {
            return;
        }

        _delivery.AfterEnd(hasFin);
        ScheduleOnce(LingerTimer, linger);
        if (_watch!.End is not null)
        {
            Conclude();
        }
    }

    protected override void OnTimer(object timerKey)
    {
        if (Equals(timerKey, GraceTimer))
        {
            FailPeer();
        }
        else if (Link.IsClosed)
        {
            OnLinkClosed();
        }
        else if (Equals(timerKey, SettleTimer))
        {
            Conclude();
        }
        else
        {
            Apply(_delivery!.Lingered(), Delivery.HandedOver, LingerTimer, linger);
        }
    }

    protected override void Release() => _watch?.Abandon();

    private void OnPeerReadable()
    {
        if (!IsOver)
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

        if (Writer.IsSending && TcpState.IsClosed(Link.Channel.Handle))
        {
            return; // the send ends too, and its error may be the one that was a reset
        }

        if (Writer.IsBusy)
        {
            FailPeer();
        }
        else if (IsUpstreamDone)
        {
            Conclude();
        }
        else
        {
            ScheduleOnce(GraceTimer, s_grace);
        }
    }

    /// <summary>Everything was written and the peer has ended.</summary>
    private void Conclude()
    {
        if (Link.IsClosed)
        {
            OnLinkClosed();
        }
        else
        {
            Apply(_delivery!.PeerEnded(), _delivery.KindAfterPeerEnd(), SettleTimer, s_settle);
        }
    }

    private void Apply(DeliveryState state, Delivery delivered, string timer, TimeSpan next)
    {
        switch (state)
        {
            case DeliveryState.Delivered:
                Succeed(delivered);
                break;
            case DeliveryState.Pending:
                ScheduleOnce(timer, next);
                break;
            case DeliveryState.PeerFailed:
                FailPeer();
                break;
            default:
                Fail(new ByteLinkException(ByteLinkFault.PeerStalled, $"The peer left {_delivery!.Unacknowledged} bytes unacknowledged for {linger}."));
                break;
        }
    }

    private void FailPeer()
    {
        if (Link.IsClosed)
        {
            OnLinkClosed(); // closing ends a pending read like a reset
            return;
        }

        Fail(_watch!.End == PeerEnd.Closed
            ? new ByteLinkException(ByteLinkFault.PeerClosedEarly, SocketErrors.Closed)
            : new ByteLinkException(ByteLinkFault.PeerReset, SocketErrors.Reset));
    }
}
