using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

internal sealed class TerminationWatcher<T> : GraphStageWithMaterializedValue<FlowShape<T, T>, Task<Done>>
{
    public static readonly TerminationWatcher<T> Instance = new();

    private TerminationWatcher() { }

    public override FlowShape<T, T> Shape { get; } = new(new Inlet<T>("TerminationWatcher.in"), new Outlet<T>("TerminationWatcher.out"));

    public override ILogicAndMaterializedValue<Task<Done>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic();
        return new LogicAndMaterializedValue<Task<Done>>(logic, logic.Done.Task);
    }

    private sealed class Logic : InAndOutGraphStageLogic
    {
        public readonly TaskCompletionSource<Done> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Inlet<T> _in = Instance.Shape.Inlet;
        private readonly Outlet<T> _out = Instance.Shape.Outlet;

        public Logic()
            : base(Instance.Shape) => SetHandlers(_in, _out, this);

        public override void OnPush() => Push(_out, Grab(_in));

        public override void OnPull() => Pull(_in);

        public override void OnUpstreamFinish()
        {
            Done.TrySetResult(Akka.Done.Instance);
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            Done.TrySetException(e);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            if (cause is SubscriptionWithCancelException.NonFailureCancellation)
                Done.TrySetResult(Akka.Done.Instance);
            else
                Done.TrySetException(cause);

            CancelStage(cause);
        }

        public override void PostStop()
        {
            if (!Done.Task.IsCompleted)
                Done.TrySetException(new AbruptStageTerminationException(this));
        }
    }
}
