namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private const string TooFew = "Timeout ({0}) while expecting {1} messages. Only got {2}.";
    private const string NoCatch = "Timeout ({0}) during fishForMessage {1}";

    /// <summary>The next message; null if none came in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        TryReceiveOne(out var envelope, max, cancellationToken) ? envelope.Message : null;

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var (success, envelope) = await TryReceiveOneAsync(max, cancellationToken);
        return success ? envelope.Message : null;
    }

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var success = _inbox.TryTake(GetTimeoutOrDefault(max), out envelope, cancellationToken);
        Remember(envelope);
        return success;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var (success, envelope) = await _inbox.TryTakeAsync(GetTimeoutOrDefault(max), cancellationToken);
        Remember(envelope);
        return (success, envelope);
    }

    /// <summary>The first message that fits; those before it are dropped.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        while (true)
        {
            var message = ReceiveOne(end - Now, cancellationToken);
            _assertions.AssertTrue(message is not null, NoCatch, limit, hint);
            if (message is T typed && isMessage(typed))
                return typed;
        }
    }

    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        while (true)
        {
            var message = await ReceiveOneAsync(end - Now, cancellationToken);
            _assertions.AssertTrue(message is not null, NoCatch, limit, hint);
            if (message is T typed && isMessage(typed))
                return typed;
        }
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveWithin(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveWithin(numberOfMessages, Dilated(max), cancellationToken);

    /// <summary>The messages up to the first that fails the test, which stays; other types are dropped unless told otherwise.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(max);
        var results = new List<T>();
        while (results.Count < msgs && _inbox.TryPeek(Shorter(end - Now, idle), out var envelope, cancellationToken))
        {
            var isTyped = envelope.Message is T;
            if (isTyped ? !shouldContinue((T)envelope.Message) : !shouldIgnoreOtherMessageTypes)
                break;
            TryReceiveOne(out _, TimeSpan.Zero, cancellationToken);
            if (isTyped)
                results.Add((T)envelope.Message);
        }

        _lastWasNoMsg = true;
        return results;
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan? idle) =>
        idle is { } limit && limit != Timeout.InfiniteTimeSpan && limit < left ? limit : left;

    private void Remember(MessageEnvelope envelope)
    {
        _lastWasNoMsg = false;
        _last = envelope;
    }

    private List<object> ReceiveWithin(int count, TimeSpan max, CancellationToken cancellationToken)
    {
        var end = Now + max;
        var received = new List<object>(count);
        while (received.Count < count)
        {
            var message = ReceiveOne(end - Now, cancellationToken);
            _assertions.AssertTrue(message is not null, TooFew, max, count, received.Count);
            received.Add(message);
        }

        return received;
    }
}
