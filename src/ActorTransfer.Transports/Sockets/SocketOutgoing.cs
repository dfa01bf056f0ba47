using System.Net.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Chunks to socket: tries a plain send first and hands only the rest to the kernel's queue of asynchronous operations. One chunk at
/// a time. When the upstream completes: shutdown(send), and the stage completes; with a linger it also watches the peer, see
/// <see cref="PeerWatch"/> and XEP-0065 as used in the field (a sender that never reads does not notice that it was cancelled).
/// </summary>
internal sealed class SocketOutgoing : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<long>>
{
    private readonly SocketLink _link;
    private readonly TimeSpan? _linger;
    private readonly Inlet<Chunk> _in = new("SocketOutgoing.in");

    public SocketOutgoing(SocketLink link, TimeSpan? linger)
    {
        _link = link;
        _linger = linger;
        Shape = new SinkShape<Chunk>(_in);
    }

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<long> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<long>>(new Logic(this, result), result.Task);
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string LingerTimer = "linger";
        private const string GraceTimer = "grace";

        /// <summary>A peer that has everything may close before this side's upstream gets to say that it is complete.</summary>
        private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

        private readonly SocketLink _link;
        private readonly TimeSpan? _linger;
        private readonly Inlet<Chunk> _in;
        private readonly TaskCompletionSource<long> _result;
        private readonly bool _taken;
        private CancellationTokenRegistration _closed;
        private SocketOperation? _sending;
        private PeerWatch? _watch;
        private Chunk? _chunk;
        private long _written;
        private long _unacknowledged;
        private bool _upstreamDone;
        private bool _over;

        public Logic(SocketOutgoing stage, TaskCompletionSource<long> result)
            : base(stage.Shape)
        {
            _link = stage._link;
            _linger = stage._linger;
            _in = stage._in;
            _result = result;
            _taken = _link.TryTakeOutgoing();
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: Fail);
        }

        public override void PreStart()
        {
            if (!_taken)
            {
                Fail(new InvalidOperationException("The outgoing bytes of a link can be written by one stream only."));
                return;
            }

            SetKeepGoing(true); // the last chunk may still be on its way when the upstream has completed
            _sending = new SocketOperation(GetAsyncCallback(OnSent));
            _closed = _link.Closed.UnsafeRegister(static told => ((Action)told!)(), GetAsyncCallback(OnLinkClosed));
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
            Release();
            Refuse(new ByteLinkException(ByteLinkFault.LocalFailure, "The stream was stopped before it completed."));
        }

        protected override void OnTimer(object timerKey)
        {
            if (Equals(timerKey, GraceTimer))
            {
                FailPeer();
                return;
            }

            long left = SendQueue.Unacknowledged(_link.Socket);
            if (_link.IsClosed)
            {
                OnLinkClosed();
            }
            else if (left == 0)
            {
                Succeed();
            }
            else if (left < _unacknowledged)
            {
                _unacknowledged = left; // a slow reader is no dead reader
                ScheduleOnce(LingerTimer, _linger!.Value);
            }
            else
            {
                Fail(new ByteLinkException(ByteLinkFault.PeerStalled, $"The peer left {left} bytes unacknowledged for {_linger}."));
            }
        }

        private void OnPush()
        {
            _chunk = Grab(_in);
            if (_watch?.End is not null && _chunk.Length > 0)
            {
                FailPeer();
                return;
            }

            Transmit();
        }

        private void OnUpstreamFinish()
        {
            _upstreamDone = true;
            if (!_sending!.IsBusy && _chunk is null)
            {
                Finish();
            }
        }

        private void Transmit()
        {
            Chunk chunk = _chunk!;
            try
            {
                if (chunk.Length > 0)
                {
                    int count = _link.Socket.Send(chunk.Span, SocketFlags.None, out SocketError error);
                    if (error is not (SocketError.Success or SocketError.WouldBlock))
                    {
                        OnSendFailed(error);
                        return;
                    }

                    _written += count;
                    chunk.Skip(count);
                }

                if (chunk.Length > 0)
                {
                    _chunk = null; // the operation owns it now
                    if (_sending!.Send(_link.Socket, chunk))
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

        private void OnSent()
        {
            if (_over)
            {
                return;
            }

            _chunk = _sending!.Finish();
            if (_sending.Error != SocketError.Success)
            {
                OnSendFailed(_sending.Error);
                return;
            }

            _written += _sending.Transferred;
            Next();
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

        private void OnSendFailed(SocketError error)
        {
            if (_watch?.End is not null)
            {
                FailPeer();
            }
            else
            {
                Fail(_link.Fault(error));
            }
        }

        /// <summary>All bytes are with the kernel.</summary>
        private void Finish()
        {
            try
            {
                _link.EndSending();
            }
            catch (SocketException gone) when (_watch is null)
            {
                Fail(_link.Fault(gone.SocketErrorCode));
                return;
            }
            catch (SocketException)
            {
                // Reset meanwhile: whether everything had been sent by then is for the watch to say.
            }
            catch (ObjectDisposedException)
            {
                OnLinkClosed();
                return;
            }

            if (_watch is null)
            {
                Succeed();
            }
            else if (_watch.End is not null)
            {
                Conclude();
            }
            else
            {
                _unacknowledged = SendQueue.Unacknowledged(_link.Socket);
                ScheduleOnce(LingerTimer, _linger!.Value);
            }
        }

        private void OnPeerReadable()
        {
            if (!_over)
            {
                _watch!.Heed();
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

            if (_sending!.IsBusy || _chunk is not null)
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

        /// <summary>Everything was written and the peer has ended: a success, unless the kernel knows that bytes never left.</summary>
        private void Conclude()
        {
            if (SendQueue.Unsent(_link.Socket) == 0 && !_link.IsClosed)
            {
                Succeed();
            }
            else
            {
                FailPeer();
            }
        }

        private void FailPeer()
        {
            if (_link.IsClosed)
            {
                OnLinkClosed(); // closing ends a waiting read as a reset does
                return;
            }

            Fail(_watch!.End == PeerEnd.Closed
                ? new ByteLinkException(ByteLinkFault.PeerClosedEarly, $"The peer closed the connection after at most {_written} bytes.")
                : new ByteLinkException(ByteLinkFault.PeerReset, $"The peer reset the connection after at most {_written} bytes."));
        }

        private void OnLinkClosed() => Fail(_link.ClosedFault());

        private void Succeed()
        {
            if (!_over)
            {
                Release();
                _result.TrySetResult(_written);
                CompleteStage();
            }
        }

        private void Fail(Exception reason)
        {
            if (!_over)
            {
                Release();
                Refuse(reason);
                FailStage(reason);
            }
        }

        private void Refuse(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // an owner who does not ask is no unobserved fault
        }

        private void Release()
        {
            _over = true;
            _closed.Unregister();
            _chunk?.Dispose();
            _chunk = null;
            _sending?.Abandon();
            _watch?.Abandon();
        }
    }
}
