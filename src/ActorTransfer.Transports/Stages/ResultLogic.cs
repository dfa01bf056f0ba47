using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Logic of a stage whose value is a task. Stage and task fail together; a fault that no owner asks for is no unobserved one.</summary>
/// <typeparam name="T">What the task brings.</typeparam>
internal abstract class ResultLogic<T>(Shape shape) : TimerGraphStageLogic(shape)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The value of the stage.</summary>
    public Task<T> Value => _result.Task;

    /// <summary>Only stages that start timers hear of them.</summary>
    protected override void OnTimer(object timerKey)
    {
    }

    /// <summary>Completes the task; later calls change nothing.</summary>
    protected void Fulfil(T value) => _result.TrySetResult(value);

    /// <summary>Fails the task; later calls change nothing.</summary>
    protected void Refuse(Exception reason)
    {
        _result.TrySetException(reason);
        _ = _result.Task.Exception;
    }

    /// <summary>Fails the task and the stage.</summary>
    protected void Fail(Exception reason)
    {
        Refuse(reason);
        FailStage(reason);
    }
}
