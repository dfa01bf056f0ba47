using Akka.Actor;

namespace Akka.Dispatch;

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

    internal abstract void Execute(ActorCell cell);
}

internal sealed class ThreadPoolDispatcher(int throughput) : MessageDispatcher(DefaultId, throughput)
{
    internal override void Execute(ActorCell cell) => ThreadPool.UnsafeQueueUserWorkItem(cell, preferLocal: false);
}

/// <summary>Test probes run here: a message told to one is in its queue when Tell returns.</summary>
internal sealed class CallingThreadDispatcher() : MessageDispatcher(CallingThreadId, int.MaxValue)
{
    internal override void Execute(ActorCell cell) => ((IThreadPoolWorkItem)cell).Execute();
}
