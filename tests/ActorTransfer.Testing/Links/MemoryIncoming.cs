using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Testing.Links;

internal sealed class MemoryIncoming : GraphStage<SourceShape<Chunk>>
{
    private readonly MemoryPipe _pipe;
    private readonly Outlet<Chunk> _out = new("MemoryIncoming.out");

    public MemoryIncoming(MemoryPipe pipe)
    {
        _pipe = pipe;
        Shape = new SourceShape<Chunk>(_out);
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly MemoryPipe _pipe;
        private readonly Outlet<Chunk> _out;
        private Action? _again;

        public Logic(MemoryIncoming stage)
            : base(stage.Shape)
        {
            _pipe = stage._pipe;
            _out = stage._out;
            SetHandler(_out, onPull: Read);
        }

        public override void PreStart() => _again = GetAsyncCallback(() =>
        {
            if (IsAvailable(_out))
            {
                Read();
            }
        });

        private void Read()
        {
            switch (_pipe.TryRead(_again!, out Chunk? chunk, out ByteLinkException? fault))
            {
                case MemoryPipe.Outcome.Done:
                    Push(_out, chunk!);
                    break;
                case MemoryPipe.Outcome.End:
                    CompleteStage();
                    break;
                case MemoryPipe.Outcome.Fault:
                    FailStage(fault!);
                    break;
            }
        }
    }
}
