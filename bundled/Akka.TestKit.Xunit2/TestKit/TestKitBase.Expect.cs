using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Expectations: each takes the next message, waits for it within a limit, and fails the test if it is another.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(Any<T>(), duration, hint, cancellationToken);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(EqualTo(message), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(That(isMessage, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>((message, _) => assert?.Invoke(message), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(That(isMessageAndSender, hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(Any<T>(), duration, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(EqualTo(message), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(From(sender, EqualTo(message)), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(From(sender, That(isMessage, hint)), timeout, hint, cancellationToken);

    /// <summary>The actor must be watched.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(EndOf(target), timeout, $"Terminated {target}. {hint}", cancellationToken);

    /// <inheritdoc cref="ExpectTerminated"/>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(EndOf(target), timeout, $"Terminated {target}. {hint}", cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNone(Dilated(duration), cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNone(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNoneAsync(Dilated(duration), cancellationToken);

    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Expect(OneOf(messages), null, "any of several", cancellationToken);

    /// <summary>All of these and no others, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectAll(RemainingOrDefault, messages, default);

    private static Action<T, IActorRef> Any<T>() => (_, _) => { };

    private Action<T, IActorRef> EqualTo<T>(T expected) => (message, _) => _assertions.AssertEqual(expected, message);

    private Action<T, IActorRef> That<T>(Predicate<T> isMessage, string hint) =>
        That<T>((message, _) => isMessage is null || isMessage(message), hint);

    private Action<T, IActorRef> That<T>(Func<T, IActorRef, bool> isMessageAndSender, string hint) => (message, sender) =>
        _assertions.AssertTrue(
            isMessageAndSender(message, sender),
            "Got a message of the expected type <{0}>. Also expected {1} but the message {{{2}}} did not match",
            typeof(T),
            hint ?? "the predicate to return true",
            message);

    private Action<T, IActorRef> OneOf<T>(IEnumerable<T> messages) => (message, _) =>
        _assertions.AssertTrue(messages.Contains(message), "ExpectMsgAnyOf found unexpected {0}", message);

    private Action<T, IActorRef> From<T>(IActorRef expected, Action<T, IActorRef> check) => (message, sender) =>
    {
        _assertions.AssertEqual(expected, sender, "Sender does not match");
        check(message, sender);
    };

    private Action<Terminated, IActorRef> EndOf(IActorRef target) =>
        (terminated, _) => _assertions.AssertEqual(target, terminated.ActorRef);

    private T Expect<T>(Action<T, IActorRef> check, TimeSpan? timeout, string hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var success = TryReceiveOne(out var envelope, limit, cancellationToken);
        return Check(success, envelope, check, limit, hint);
    }

    private async ValueTask<T> ExpectAsync<T>(
        Action<T, IActorRef> check, TimeSpan? timeout, string hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var (success, envelope) = await TryReceiveOneAsync(limit, cancellationToken);
        return Check(success, envelope, check, limit, hint);
    }

    private T Check<T>(bool success, MessageEnvelope envelope, Action<T, IActorRef> check, TimeSpan limit, string hint)
    {
        if (!success)
        {
            _assertions.Fail("Failed: Timeout {0} while waiting for a message of type {1} {2}", limit, typeof(T), hint);
        }
        else if (envelope.Message is not T)
        {
            _assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}",
                typeof(T),
                envelope.Message,
                envelope.Message.GetType(),
                hint,
                envelope.Sender);
        }

        var message = (T)envelope.Message;
        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private void ExpectNone(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (TryReceiveOne(out var envelope, duration, cancellationToken))
            _assertions.Fail("Failed: Expected no messages during {0}, instead we received {1}", duration, envelope);
    }

    private async ValueTask ExpectNoneAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var (success, envelope) = await TryReceiveOneAsync(duration, cancellationToken);
        if (success)
            _assertions.Fail("Failed: Expected no messages during {0}, instead we received {1}", duration, envelope);
    }

    private List<T> ExpectAll<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken) =>
        CheckAll(messages, ReceiveWithin(messages.Count, max, cancellationToken));

    private List<T> CheckAll<T>(IReadOnlyCollection<T> expected, List<object> received)
    {
        var missing = expected.ToList();
        var unexpected = received.Where(message => message is not T typed || !missing.Remove(typed)).ToList();
        if (missing.Count + unexpected.Count > 0)
            _assertions.Fail("not found [{0}] found unexpected [{1}]", string.Join(", ", missing), string.Join(", ", unexpected));
        return received.Cast<T>().ToList();
    }
}
