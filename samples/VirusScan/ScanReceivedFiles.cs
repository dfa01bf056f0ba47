using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace VirusScan;

/// <summary>A scanner for each file that is received; sent files pass without a stage.</summary>
internal sealed class ScanReceivedFiles : IContentStagesPolicy
{
    public Flow<Chunk, Chunk, NotUsed>? StageOf(StagedTransfer transfer) => transfer.Sends ? null : Flow.FromGraph(new ScanStage());
}

/// <summary>Passes all bytes on, and fails after the last one if they contain a virus.</summary>
internal sealed class ScanStage : GraphStage<FlowShape<Chunk, Chunk>>
{
    private readonly Inlet<Chunk> _in = new("scan.in");
    private readonly Outlet<Chunk> _out = new("scan.out");

    public ScanStage() => Shape = new FlowShape<Chunk, Chunk>(_in, _out);

    public override FlowShape<Chunk, Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly Scanner _scanner = new();

        public Logic(ScanStage stage)
            : base(stage.Shape)
        {
            SetHandler(
                stage._in,
                onPush: () =>
                {
                    var chunk = Grab(stage._in);
                    _scanner.Scan(chunk.Span);
                    Push(stage._out, chunk);
                },
                onUpstreamFinish: () =>
                {
                    if (_scanner.IsInfected)
                    {
                        FailStage(new IncomingFileException(IncomingFileFault.Rejected, "The file contains the EICAR test virus."));
                    }
                    else
                    {
                        CompleteStage();
                    }
                });
            SetHandler(stage._out, onPull: () => Pull(stage._in));
        }
    }
}
