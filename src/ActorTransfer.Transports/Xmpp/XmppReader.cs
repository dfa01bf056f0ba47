using ActorTransfer.Protocol.Xml;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>Bridges <see cref="XmlStreamParser"/> into a stream; disposes each chunk as soon as the parser has seen it.</summary>
internal sealed class XmppReader : GraphStage<FlowShape<Chunk, XmlStreamItem>>
{
    private readonly XmlLimits _limits;
    private readonly Inlet<Chunk> _in = new("XmppReader.in");
    private readonly Outlet<XmlStreamItem> _out = new("XmppReader.out");

    public XmppReader(XmlLimits limits)
    {
        _limits = limits;
        Shape = new FlowShape<Chunk, XmlStreamItem>(_in, _out);
    }

    public override FlowShape<Chunk, XmlStreamItem> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly Inlet<Chunk> _in;
        private readonly Outlet<XmlStreamItem> _out;
        private readonly XmlStreamParser _parser;
        private XmlStreamItem? _ready;
        private XmppStreamException? _violation;

        public Logic(XmppReader stage)
            : base(stage.Shape)
        {
            _in = stage._in;
            _out = stage._out;
            _parser = new XmlStreamParser(stage._limits);
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(_out, onPull: Proceed);
        }

        private void OnPush()
        {
            using (Chunk chunk = Grab(_in))
            {
                _parser.Offer(chunk.Span);
            }

            _ready = _parser.Poll();
            Proceed();
        }

        private void OnUpstreamFinish()
        {
            if (_ready is null && _violation is null)
            {
                CompleteStage();
            }
        }

        private void Proceed()
        {
            if (_ready is not null)
            {
                XmlStreamItem item = _ready;
                if (item is XmlStreamItem.Invalid invalid)
                {
                    // A failure overtakes the element before it, so it waits until that one was taken.
                    _violation = new XmppStreamException(invalid.StreamErrorCondition, invalid.Detail);
                    _ready = null;
                    Push(_out, item);
                    return;
                }

                _ready = _parser.Poll();
                Push(_out, item);
                if (_ready is null && IsClosed(_in))
                {
                    CompleteStage();
                }
            }
            else if (_violation is not null)
            {
                FailStage(_violation);
            }
            else if (!IsClosed(_in) && !HasBeenPulled(_in))
            {
                Pull(_in);
            }
        }
    }
}
