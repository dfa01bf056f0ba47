namespace Akka.Streams;

public enum OverflowStrategy
{
    DropHead = 2,
    DropTail = 3,
    DropBuffer = 4,
    DropNew = 5,
    Backpressure = 6,
    Fail = 7,
}

public enum ThrottleMode
{
    /// <summary>Elements that come too fast wait.</summary>
    Shaping = 0,

    /// <summary>Elements that come too fast fail the stream.</summary>
    Enforcing = 1,
}

public interface IQueueOfferResult { }

public sealed class QueueOfferResult
{
    public sealed class Enqueued : IQueueOfferResult
    {
        public static readonly Enqueued Instance = new();

        private Enqueued() { }
    }

    public sealed class Dropped : IQueueOfferResult
    {
        public static readonly Dropped Instance = new();

        private Dropped() { }
    }

    public sealed class Failure : IQueueOfferResult
    {
        public Failure(Exception cause) => Cause = cause;

        public Exception Cause { get; }
    }

    public sealed class QueueClosed : IQueueOfferResult
    {
        public static readonly QueueClosed Instance = new();

        private QueueClosed() { }
    }
}

public interface ISourceQueue<in T>
{
    Task<IQueueOfferResult> OfferAsync(T element);

    Task WatchCompletionAsync();
}

public interface ISourceQueueWithComplete<in T> : ISourceQueue<T>
{
    void Complete();

    void Fail(Exception ex);

    new Task WatchCompletionAsync();
}
