using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Testing.Links;

/// <summary>Writes a pipe; with <c>back</c> it watches the other direction for the peer's end, as a sender does.</summary>
internal sealed class MemoryOutgoing<T> : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
{
    private readonly MemoryPipe _pipe;
    private readonly MemoryPipe? _back;
    private readonly TimeSpan? _linger;
    private readonly Func<SentBytes, T> _value;
    private readonly Inlet<Chunk> _in = new("MemoryOutgoing.in");

    public MemoryOutgoing(MemoryPipe pipe, MemoryPipe? back, TimeSpan? linger, Func<SentBytes, T> value)
    {
        _value = value;
        _pipe = pipe;
        _back = back;
        _linger = linger;
        Shape = new SinkShape<Chunk>(_in);
    }

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<T>>(new Logic(this, result), result.Task);
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private readonly MemoryOutgoing<T> _stage;
        private readonly TaskCompletionSource<T> _result;
        private Action? _again;
        private Chunk? _chunk;
        private long _written;
        private bool _upstreamDone;
        private bool _peerEnded;

        public Logic(MemoryOutgoing<T> stage, TaskCompletionSource<T> result)
            : base(stage.Shape)
        {
            _stage = stage;
            _result = result;
            SetHandler(stage._in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: Fail);
        }

        public override void PreStart()
        {
            SetKeepGoing(true);
            _again = GetAsyncCallback(Write);
            if (_stage._back is not null)
            {
                _stage._back.WatchEnd(GetAsyncCallback(OnPeerEnded));
            }

            Pull(_stage._in);
        }

        public override void PostStop()
        {
            _chunk?.Dispose();
            Refuse(new ByteLinkException(ByteLinkFault.LocalFailure, "The stream was stopped before it completed."));
        }

        protected override void OnTimer(object timerKey) => Succeed();

        private void OnPush()
        {
            _chunk = Grab(_stage._in);
            Write();
        }

        private void Write()
        {
            if (_chunk is null)
            {
                return;
            }

            int length = _chunk.Length;
            switch (_stage._pipe.TryWrite(_chunk, _again!, out ByteLinkException? fault))
            {
                case MemoryPipe.Outcome.Done:
                    _chunk = null;
                    _written += length;
                    Next();
                    break;
                case MemoryPipe.Outcome.End:
                    Fail(new ByteLinkException(
                        _stage._back is null ? ByteLinkFault.PeerReset : ByteLinkFault.PeerClosedEarly, "The peer has closed."));
                    break;
                case MemoryPipe.Outcome.Fault:
                    Fail(fault!);
                    break;
            }
        }

        private void Next()
        {
            if (_upstreamDone)
            {
                Finish();
            }
            else
            {
                Pull(_stage._in);
            }
        }

        private void OnUpstreamFinish()
        {
            _upstreamDone = true;
            if (_chunk is null)
            {
                Finish();
            }
        }

        private void Finish()
        {
            _stage._pipe.End();
            if (_stage._linger is null || _peerEnded)
            {
                Succeed();
            }
            else
            {
                ScheduleOnce("linger", _stage._linger.Value);
            }
        }

        private void OnPeerEnded()
        {
            _peerEnded = true;
            if (_chunk is not null)
            {
                Fail(new ByteLinkException(ByteLinkFault.PeerClosedEarly, "The peer has closed."));
            }
            else if (_upstreamDone)
            {
                Succeed();
            }
        }

        private void Succeed()
        {
            _result.TrySetResult(_stage._value(new SentBytes(_written, _peerEnded ? Delivery.PeerClosed : Delivery.HandedOver)));
            CompleteStage();
        }

        private void Fail(Exception reason)
        {
            Refuse(reason);
            FailStage(reason);
        }

        private void Refuse(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception;
        }
    }
}
