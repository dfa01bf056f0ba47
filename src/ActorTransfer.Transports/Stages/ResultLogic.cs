using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Logic of a stage whose value is a task. Stage and task fail together; a fault that is not awaited does not count as unobserved.</summary>
/// <typeparam name="T">The result type.</typeparam>
/// <param name="shape">Shape of the stage.</param>
/// <param name="result">The task, with asynchronous continuations; null = a new one.</param>
internal abstract class ResultLogic<T>(Shape shape, TaskCompletionSource<T>? result = null) : TimerGraphStageLogic(shape)
{
    private readonly TaskCompletionSource<T> _result = result ?? new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The value of the stage.</summary>
    public Task<T> Value => _result.Task;

    /// <summary>For stages with timers.</summary>
    protected override void OnTimer(object timerKey)
    {
    }

    /// <summary>Completes the task; later calls have no effect.</summary>
    protected void Fulfil(T value) => _result.TrySetResult(value);

    /// <summary>Fails the task; later calls have no effect.</summary>
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
