using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// Blocks to chunks: reads the buffer of the link on demand. Ends as the buffer does; a cancel closes the in-band bytestream, because
/// no other stream can read it.
/// </summary>
internal sealed class InBandIncoming : GraphStage<SourceShape<Chunk>>
{
    private readonly InBandReceiverLink _link;
    private readonly Outlet<Chunk> _out = new("InBandIncoming.out");

    public InBandIncoming(InBandReceiverLink link)
    {
        _link = link;
        Shape = new SourceShape<Chunk>(_out);
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    /// <summary>To the actor: the stream ended before the bytes did.</summary>
    internal sealed record ReaderStopped
    {
        public static ReaderStopped Instance { get; } = new();
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly InBandReceiverLink _link;
        private readonly Outlet<Chunk> _out;
        private readonly bool _taken;
        private CancellationTokenRegistration _closed;
        private Action? _again;
        private bool _ended;

        public Logic(InBandIncoming stage)
            : base(stage.Shape)
        {
            _link = stage._link;
            _out = stage._out;
            _taken = _link.TryTakeIncoming();
            SetHandler(_out, onPull: Read);
        }

        public override void PreStart()
        {
            if (!_taken)
            {
                FailStage(new InvalidOperationException("The incoming bytes of a link can be read by one stream only."));
                return;
            }

            _again = GetAsyncCallback(ReadIfAsked);
            _closed = _link.Closed.UnsafeRegister(static callback => ((Action)callback!)(), GetAsyncCallback(OnLinkClosed));
        }

        public override void PostStop()
        {
            _closed.Unregister();
            if (_taken && !_ended)
            {
                _link.Buffer.Abandon();
                _link.Tell(ReaderStopped.Instance);
            }
        }

        private void ReadIfAsked()
        {
            if (IsAvailable(_out))
            {
                Read();
            }
        }

        private void Read()
        {
            switch (_link.Buffer.TryRead(_again!, out var chunk, out var fault))
            {
                case InBandBuffer.Outcome.Chunk:
                    Push(_out, chunk!);
                    break;
                case InBandBuffer.Outcome.End:
                    _ended = true;
                    CompleteStage();
                    break;
                case InBandBuffer.Outcome.Fault:
                    _ended = true;
                    FailStage(fault!);
                    break;
            }
        }

        private void OnLinkClosed() => FailStage(_link.ClosedFault());
    }
}
