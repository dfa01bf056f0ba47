using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// Chunks to blocks. Encodes a block from the chunk, which never leaves the stage, and sends it to the actor; only as many
/// as the actor granted, and pulls only while it has a grant. When the upstream completes it waits until the actor reports that all is acknowledged.
/// Not <c>SelectAsync</c>: its number of blocks on their way is fixed, while the window of a session changes with the peer's acknowledgements.
/// </summary>
internal sealed class InBandOutgoingStage<T> : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<T>>
{
    private readonly InBandSenderLink _link;
    private readonly TimeSpan _linger;
    private readonly Func<long, T> _value;
    private readonly Inlet<Chunk> _in = new("InBandOutgoing.in");

    /// <param name="link">Link of the session.</param>
    /// <param name="linger">Timeout of the response to the close.</param>
    /// <param name="value">Creates the materialized value from the number of acknowledged bytes.</param>
    public InBandOutgoingStage(InBandSenderLink link, TimeSpan linger, Func<long, T> value)
    {
        _value = value;
        _link = link;
        _linger = linger;
        Shape = new SinkShape<Chunk>(_in);
    }

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<T>>(new Logic(this, result), result.Task);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly InBandSenderLink _link;
        private readonly TimeSpan _linger;
        private readonly Inlet<Chunk> _in;
        private readonly TaskCompletionSource<T> _result;
        private readonly Func<long, T> _value;
        private readonly bool _taken;
        private CancellationTokenRegistration _closed;
        private Chunk? _chunk;
        private int _granted;
        private bool _upstreamDone;
        private bool _over;

        public Logic(InBandOutgoingStage<T> stage, TaskCompletionSource<T> result)
            : base(stage.Shape)
        {
            _link = stage._link;
            _linger = stage._linger;
            _in = stage._in;
            _result = result;
            _value = stage._value;
            _taken = _link.TryTakeOutgoing();
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
        }

        public override void PreStart()
        {
            if (!_taken)
            {
                Fail(new InvalidOperationException("The outgoing bytes of a link can be written by one stream only."));
                return;
            }

            SetKeepGoing(true); // acknowledgements are still to come when the upstream has completed
            _link.Tell(new InBandOutgoing.Started(GetAsyncCallback<int>(OnGranted), GetAsyncCallback<long>(OnFinished), _linger));
            _closed = _link.Closed.UnsafeRegister(static callback => ((Action)callback!)(), GetAsyncCallback(OnLinkClosed));
        }

        public override void PostStop()
        {
            if (!_over)
            {
                _link.Tell(new InBandOutgoing.Broken("The stream was stopped before it completed."));
                Release();
            }

            Refuse(new ByteLinkException(ByteLinkFault.LocalFailure, "The stream was stopped before it completed."));
        }

        private void OnGranted(int blocks)
        {
            _granted += blocks;
            Send();
        }

        private void OnPush()
        {
            _chunk = Grab(_in);
            Send();
        }

        private void OnUpstreamFinish()
        {
            _upstreamDone = true;
            if (_chunk is null)
            {
                _link.Tell(InBandOutgoing.LastSent.Instance);
            }
        }

        private void OnUpstreamFailure(Exception reason)
        {
            _link.Tell(new InBandOutgoing.Broken(reason.Message));
            Fail(reason);
        }

        private void Send()
        {
            if (_chunk is { } chunk)
            {
                for (; _granted > 0 && chunk.Length > 0; _granted--)
                {
                    var length = Math.Min(chunk.Length, _link.BlockSize);
                    _link.Tell(new InBandOutgoing.Block(IbbBase64.Encode(chunk.Span[..length]), length));
                    chunk.Skip(length);
                }

                if (chunk.Length > 0)
                {
                    return;
                }

                _chunk = null;
                chunk.Dispose();
                if (_upstreamDone)
                {
                    _link.Tell(InBandOutgoing.LastSent.Instance);
                }
            }

            if (_granted > 0 && !_upstreamDone && !HasBeenPulled(_in))
            {
                Pull(_in);
            }
        }

        private void OnFinished(long bytes)
        {
            Release();
            _result.TrySetResult(_value(bytes));
            CompleteStage();
        }

        private void OnLinkClosed() => Fail(_link.ClosedFault());

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
            _ = _result.Task.Exception; // observed, in case the owner does not await it
        }

        private void Release()
        {
            _over = true;
            _closed.Unregister();
            _chunk?.Dispose();
            _chunk = null;
        }
    }
}
