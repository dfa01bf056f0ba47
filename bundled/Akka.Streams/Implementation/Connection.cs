using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Whose move it is on a connection that is open on both sides.</summary>
internal enum Turn : byte
{
    /// <summary>The consumer may pull.</summary>
    Consumer,

    /// <summary>A pull is on its way to the producer.</summary>
    Pulling,

    /// <summary>The producer may push.</summary>
    Producer,

    /// <summary>A push is on its way to the consumer.</summary>
    Pushing,
}

/// <summary>The line between an outlet and an inlet. At most one event of it waits in the island's queue.</summary>
internal abstract class Connection
{
    public GraphStageLogic Producer;
    public GraphStageLogic Consumer;
    public IOutHandler OutHandler;
    public IInHandler InHandler;

    /// <summary>Why the producer failed or the consumer cancelled.</summary>
    public Exception Cause;

    public Turn Turn;

    /// <summary>The consumer has cancelled, or knows that the producer has closed.</summary>
    public bool InClosed;

    /// <summary>The producer has completed or failed, or knows that the consumer has cancelled.</summary>
    public bool OutClosed;

    public bool Failed;

    /// <summary>An element lies here that the consumer has not grabbed yet.</summary>
    public bool Filled;

    public bool IsQuiet => Turn is Turn.Consumer or Turn.Producer;

    public abstract void DropElement();
}

internal sealed class Connection<T> : Connection
{
    public T Element;

    public override void DropElement()
    {
        Element = default;
        Filled = false;
    }
}
