using Akka;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>A stage that emits nothing and does not end, and runs other graphs on its own actor. Materialised once.</summary>
internal sealed class GraphHost : GraphStage<SourceShape<NotUsed>>
{
    private Action<IGraphRun>? _run;

    public override SourceShape<NotUsed> Shape { get; } = new(new Outlet<NotUsed>("GraphHost.out"));

    /// <summary>False while the host does not run.</summary>
    public bool TryRun(IGraphRun run)
    {
        if (Volatile.Read(ref _run) is not { } start)
        {
            return false;
        }

        start(run);
        return true;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly GraphHost _host;

        public Logic(GraphHost host)
            : base(host.Shape)
        {
            _host = host;
            SetHandler(host.Shape.Outlet, onPull: () => { });
        }

        public override void PreStart() =>
            Volatile.Write(ref _host._run, GetAsyncCallback<IGraphRun>(run => GraphHosts.Run(run, SubFusingMaterializer)));

        public override void PostStop() => Volatile.Write(ref _host._run, null);
    }
}
