using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message a test actor got, and from whom.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}

/// <summary>A message that arrived.</summary>
public class RealMessageEnvelope : MessageEnvelope
{
    public RealMessageEnvelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public override object Message { get; }

    public override IActorRef Sender { get; }

    public override string ToString() => $"<{Message ?? "null"}> from {(Sender is null ? "NoSender" : Sender)}";
}

/// <summary>Stands for no message.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => throw new InvalidOperationException("No message was received yet.");

    public override IActorRef Sender => throw new InvalidOperationException("No message was received yet.");

    public override string ToString() => "<null>";
}

/// <summary>What a test actor got and the test has not looked at yet. Waits with and without blocking; one reader, many writers.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _count = new(0);

    public int Count => _messages.Count;

    public void Add(MessageEnvelope message)
    {
        _messages.Enqueue(message);
        _count.Release();
    }

    public bool TryTake(TimeSpan limit, out MessageEnvelope message, CancellationToken cancellationToken)
    {
        var taken = IsWaitable(limit) && _count.Wait(limit, cancellationToken);
        message = taken ? Dequeue() : NullMessageEnvelope.Instance;
        return taken;
    }

    public async ValueTask<(bool Success, MessageEnvelope Message)> TryTakeAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        IsWaitable(limit) && await _count.WaitAsync(limit, cancellationToken)
            ? (true, Dequeue())
            : (false, NullMessageEnvelope.Instance);

    /// <summary>The next message, left where it is.</summary>
    public bool TryPeek(TimeSpan limit, out MessageEnvelope message, CancellationToken cancellationToken)
    {
        message = NullMessageEnvelope.Instance;
        if (!IsWaitable(limit) || !_count.Wait(limit, cancellationToken))
            return false;
        var found = _messages.TryPeek(out message);
        _count.Release();
        return found;
    }

    // A limit that has already passed finds nothing, even if something is there.
    private static bool IsWaitable(TimeSpan limit) => limit >= TimeSpan.Zero || limit == Timeout.InfiniteTimeSpan;

    private MessageEnvelope Dequeue() =>
        _messages.TryDequeue(out var message) ? message : throw new InvalidOperationException("The inbox has more than one reader.");
}
