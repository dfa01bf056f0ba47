using Akka.Actor;

namespace Akka.Dispatch;

public interface IRunnable
{
    void Run();
}

public sealed class ActionRunnable(Action action) : IRunnable
{
    public void Run() => action();
}

/// <summary>Runs actors that have something to do. There is one for the whole system and one that runs them on the caller's thread.</summary>
public abstract class MessageDispatcher
{
    internal const string DefaultId = "akka.actor.default-dispatcher";
    internal const string CallingThreadId = "akka.test.calling-thread-dispatcher";

    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    public string Id { get; }

    /// <summary>How many messages an actor may take before the thread goes to the next actor.</summary>
    public int Throughput { get; }

    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    public abstract void Schedule(IRunnable run);

    internal abstract void Execute(ActorCell cell);
}

internal sealed class ThreadPoolDispatcher(int throughput) : MessageDispatcher(DefaultId, throughput)
{
    public override void Schedule(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(static r => r.Run(), run, preferLocal: false);

    internal override void Execute(ActorCell cell) => ThreadPool.UnsafeQueueUserWorkItem(cell, preferLocal: false);
}

/// <summary>Test probes run here: a message told to one is in its queue when Tell returns.</summary>
internal sealed class CallingThreadDispatcher() : MessageDispatcher(CallingThreadId, int.MaxValue)
{
    public override void Schedule(IRunnable run) => run.Run();

    internal override void Execute(ActorCell cell) => ((IThreadPoolWorkItem)cell).Execute();
}
