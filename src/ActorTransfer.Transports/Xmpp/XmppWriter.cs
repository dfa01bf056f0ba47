using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>
/// Turns elements into bytes. What comes while the stream is busy anyway leaves as one chunk: a server that is asked much gets few large segments
/// instead of many small ones. Nothing waits for more to come.
/// </summary>
internal sealed class XmppWriter<T> : GraphStage<FlowShape<T, Chunk>>
{
    /// <summary>Elements of a chunk at most, so that the queue before it still fills and tells how fast the peer reads.</summary>
    private const int MostAtOnce = 32;

    private readonly Func<T, Chunk> _encode;
    private readonly Inlet<T> _in = new("XmppWriter.in");
    private readonly Outlet<Chunk> _out = new("XmppWriter.out");

    public XmppWriter(Func<T, Chunk> encode)
    {
        _encode = encode;
        Shape = new FlowShape<T, Chunk>(_in, _out);
    }

    public override FlowShape<T, Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly XmppWriter<T> _stage;
        private readonly Queue<Chunk> _written = [];
        private Action? _flush;
        private bool _flushes;

        public Logic(XmppWriter<T> stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage._in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(stage._out, onPull: FlushSoon);
        }

        public override void PreStart()
        {
            _flush = GetAsyncCallback(Flush);
            Pull(_stage._in);
        }

        public override void PostStop()
        {
            while (_written.TryDequeue(out Chunk? chunk))
            {
                chunk.Dispose();
            }
        }

        private void OnPush()
        {
            _written.Enqueue(_stage._encode(Grab(_stage._in)));
            if (_written.Count < MostAtOnce)
            {
                Pull(_stage._in);
            }

            FlushSoon();
        }

        private void OnUpstreamFinish()
        {
            if (_written.Count == 0)
            {
                CompleteStage();
            }
        }

        /// <summary>Behind the elements that are on their way already.</summary>
        private void FlushSoon()
        {
            if (!_flushes && _written.Count > 0 && IsAvailable(_stage._out))
            {
                _flushes = true;
                _flush!();
            }
        }

        private void Flush()
        {
            _flushes = false;
            if (_written.Count == 0 || !IsAvailable(_stage._out))
            {
                return;
            }

            Push(_stage._out, TakeAll());
            if (IsClosed(_stage._in))
            {
                CompleteStage();
            }
            else if (!HasBeenPulled(_stage._in))
            {
                Pull(_stage._in);
            }
        }

        private Chunk TakeAll()
        {
            if (_written.Count == 1)
            {
                return _written.Dequeue();
            }

            Chunk all = Chunk.Rent(_written.Sum(chunk => chunk.Length));
            int length = 0;
            while (_written.TryDequeue(out Chunk? chunk))
            {
                using (chunk)
                {
                    chunk.Span.CopyTo(all.Span[length..]);
                    length += chunk.Length;
                }
            }

            return all;
        }
    }
}
