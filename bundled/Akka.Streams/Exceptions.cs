using Akka.Streams.Stage;

namespace Akka.Streams;

/// <summary>A stage was stopped before it had completed, failed or been cancelled.</summary>
public sealed class AbruptStageTerminationException : Exception
{
    public AbruptStageTerminationException(GraphStageLogic logic)
        : base($"Stage {logic} ended with its stream although it had neither completed nor failed. Its materializer was probably stopped.") { }
}

public class NoSuchElementException : Exception
{
    public NoSuchElementException(string message)
        : base(message) { }
}

/// <summary>The stream behind a materialized value has ended.</summary>
public class StreamDetachedException : Exception
{
    public StreamDetachedException()
        : this("The stream has ended; this handle no longer leads anywhere") { }

    public StreamDetachedException(string message)
        : base(message) { }
}

/// <summary>Why a stage was cancelled, where the reason is not a failure.</summary>
public static class SubscriptionWithCancelException
{
    public abstract class NonFailureCancellation : Exception
    {
        private protected NonFailureCancellation(string message)
            : base(message) { }

        public sealed override string StackTrace => "";
    }

    /// <summary>The consumer has had enough.</summary>
    public sealed class NoMoreElementsNeeded : NonFailureCancellation
    {
        public static readonly NoMoreElementsNeeded Instance = new();

        private NoMoreElementsNeeded()
            : base("No more elements needed") { }
    }

    /// <summary>The consumer completed as a whole.</summary>
    public sealed class StageWasCompleted : NonFailureCancellation
    {
        public static readonly StageWasCompleted Instance = new();

        private StageWasCompleted()
            : base("The stage was completed") { }
    }
}
