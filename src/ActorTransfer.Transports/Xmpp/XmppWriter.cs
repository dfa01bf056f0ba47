using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>Turns each element into one chunk of bytes.</summary>
internal sealed class XmppWriter<T> : GraphStage<FlowShape<T, Chunk>>
{
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
        public Logic(XmppWriter<T> stage)
            : base(stage.Shape)
        {
            SetHandler(stage._in, onPush: () => Push(stage._out, stage._encode(Grab(stage._in))));
            SetHandler(stage._out, onPull: () => Pull(stage._in));
        }
    }
}
