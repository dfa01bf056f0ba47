using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs the pieces of an actor's async handler one after another inside the actor. While a handler is pending the actor takes no user
/// messages, so Self, Sender and fields stay as they were across each await.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) =>
        RunTask(() =>
        {
            action();
            return Task.CompletedTask;
        });

    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        var scheduler = cell.TaskScheduler;
        cell.SuspendMailbox();
        // Both run as pieces of this scheduler: the first at once, the continuation when the last piece of the handler is through.
        Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap()
            .ContinueWith(done => scheduler.OnHandlerDone(done), CancellationToken.None, TaskContinuationOptions.None, scheduler);
    }

    internal void Run(Task task) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected override void QueueTask(Task task)
    {
        if (ReferenceEquals(ActorCell.Current, _cell) && !task.CreationOptions.HasFlag(TaskCreationOptions.LongRunning))
            TryExecuteTask(task);
        else
            _cell.SendSystemMessage(new ActorTaskSchedulerMessage(this, task, null));
    }

    // QueueTask runs a task in place wherever that is allowed.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private void OnHandlerDone(Task done)
    {
        if (done.IsCompletedSuccessfully)
        {
            _cell.ResumeMailbox();
            _cell.AfterAsyncHandler();
            return;
        }

        Exception cause = new TaskCanceledException();
        if (done.IsFaulted)
            cause = done.Exception.InnerExceptions.Count == 1 ? done.Exception.InnerException : done.Exception;
        _cell.SendSystemMessage(new ActorTaskSchedulerMessage(this, null, cause));
    }
}
