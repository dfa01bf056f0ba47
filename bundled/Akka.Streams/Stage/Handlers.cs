using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

public interface IInHandler
{
    /// <summary>An element may be grabbed.</summary>
    void OnPush();

    void OnUpstreamFinish();

    void OnUpstreamFailure(Exception e);
}

public interface IOutHandler
{
    /// <summary>An element may be pushed.</summary>
    void OnPull();

    void OnDownstreamFinish(Exception cause);
}

public abstract class InHandler : IInHandler
{
    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => Island.ActiveStage.CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => Island.ActiveStage.FailStage(e);
}

public abstract class OutHandler : IOutHandler
{
    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => Island.ActiveStage.CancelStage(cause);
}

public abstract class InAndOutHandler : IInHandler, IOutHandler
{
    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => Island.ActiveStage.CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => Island.ActiveStage.FailStage(e);

    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => Island.ActiveStage.CancelStage(cause);
}

public abstract class InGraphStageLogic : GraphStageLogic, IInHandler
{
    protected InGraphStageLogic(int inCount, int outCount)
        : base(inCount, outCount) { }

    protected InGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);
}

public abstract class OutGraphStageLogic : GraphStageLogic, IOutHandler
{
    protected OutGraphStageLogic(int inCount, int outCount)
        : base(inCount, outCount) { }

    protected OutGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}

public abstract class InAndOutGraphStageLogic : GraphStageLogic, IInHandler, IOutHandler
{
    protected InAndOutGraphStageLogic(int inCount, int outCount)
        : base(inCount, outCount) { }

    protected InAndOutGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);

    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}

public sealed class EagerTerminateInput : InHandler
{
    public static readonly EagerTerminateInput Instance = new();

    private EagerTerminateInput() { }

    public override void OnPush() { }
}

public sealed class IgnoreTerminateInput : InHandler
{
    public static readonly IgnoreTerminateInput Instance = new();

    private IgnoreTerminateInput() { }

    public override void OnPush() { }

    public override void OnUpstreamFinish() { }
}

public class ConditionalTerminateInput(Func<bool> predicate) : InHandler
{
    public override void OnPush() { }

    public override void OnUpstreamFinish()
    {
        if (predicate())
            base.OnUpstreamFinish();
    }
}

public sealed class TotallyIgnorantInput : InHandler
{
    public static readonly TotallyIgnorantInput Instance = new();

    private TotallyIgnorantInput() { }

    public override void OnPush() { }

    public override void OnUpstreamFinish() { }

    public override void OnUpstreamFailure(Exception e) { }
}

public sealed class EagerTerminateOutput : OutHandler
{
    public static readonly EagerTerminateOutput Instance = new();

    private EagerTerminateOutput() { }

    public override void OnPull() { }
}

public sealed class IgnoreTerminateOutput : OutHandler
{
    public static readonly IgnoreTerminateOutput Instance = new();

    private IgnoreTerminateOutput() { }

    public override void OnPull() { }

    public override void OnDownstreamFinish(Exception cause) { }
}

public class ConditionalTerminateOutput(Func<bool> predicate) : OutHandler
{
    public override void OnPull() { }

    public override void OnDownstreamFinish(Exception cause)
    {
        if (predicate())
            base.OnDownstreamFinish(cause);
    }
}
