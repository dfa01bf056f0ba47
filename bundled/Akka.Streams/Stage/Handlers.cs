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

public abstract class InGraphStageLogic : GraphStageLogic, IInHandler
{
    protected InGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);
}

public abstract class OutGraphStageLogic : GraphStageLogic, IOutHandler
{
    protected OutGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}

public abstract class InAndOutGraphStageLogic : GraphStageLogic, IInHandler, IOutHandler
{
    protected InAndOutGraphStageLogic(Shape shape)
        : base(shape) { }

    public abstract void OnPush();

    public virtual void OnUpstreamFinish() => CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);

    public abstract void OnPull();

    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);
}

internal sealed class LambdaInHandler(GraphStageLogic stage, Action onPush, Action onUpstreamFinish, Action<Exception> onUpstreamFailure)
    : IInHandler
{
    private readonly Action _onPush = onPush ?? throw new ArgumentNullException(nameof(onPush));
    private readonly Action _onUpstreamFinish = onUpstreamFinish ?? stage.CompleteStage;
    private readonly Action<Exception> _onUpstreamFailure = onUpstreamFailure ?? stage.FailStage;

    public void OnPush() => _onPush();

    public void OnUpstreamFinish() => _onUpstreamFinish();

    public void OnUpstreamFailure(Exception e) => _onUpstreamFailure(e);
}

internal sealed class LambdaOutHandler(GraphStageLogic stage, Action onPull, Action<Exception> onDownstreamFinish) : IOutHandler
{
    private readonly Action _onPull = onPull ?? throw new ArgumentNullException(nameof(onPull));
    private readonly Action<Exception> _onDownstreamFinish = onDownstreamFinish ?? stage.CancelStage;

    public void OnPull() => _onPull();

    public void OnDownstreamFinish(Exception cause) => _onDownstreamFinish(cause);
}
