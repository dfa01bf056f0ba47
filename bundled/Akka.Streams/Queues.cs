namespace Akka.Streams;

/// <summary>What a full queue does.</summary>
public enum OverflowStrategy
{
    DropNew = 5,
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
}

public interface ISourceQueueWithComplete<in T>
{
    Task<IQueueOfferResult> OfferAsync(T element);

    void Complete();

    void Fail(Exception ex);

    Task WatchCompletionAsync();
}
