using Akka.Actor;

namespace Akka.TestKit
{
    /// <summary>Runs code and expects the described log events, or hides them.</summary>
    public interface IEventFilterApplier
    {
        /// <summary>A further filter; events of either count.</summary>
        EventFilterFactory And { get; }

        void ExpectOne(Action action, CancellationToken cancellationToken = default);

        void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

        Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

        void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

        void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

        Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

        Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);

        void Mute(Action action, CancellationToken cancellationToken = default);

        /// <summary>Hides the events until the result is disposed.</summary>
        IUnmutableFilter Mute();
    }

    /// <summary>Events hidden until it is disposed, by whoever hid them.</summary>
    public interface IUnmutableFilter : IDisposable
    {
    }
}

namespace Akka.TestKit.Internal
{
    internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters)
        : IEventFilterApplier
    {
        public EventFilterFactory And => new(testkit, system, filters);

        public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

        public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
            Expect(1, timeout, action, cancellationToken);

        public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
            ExpectAsync(1, actionAsync, cancellationToken);

        public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
            Intercept(action, null, expectedCount, cancellationToken);

        public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
            Intercept(action, timeout, expectedCount, cancellationToken);

        public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
            InterceptAsync(actionAsync, null, expectedCount, cancellationToken);

        public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
            InterceptAsync(action, timeout, expectedCount, cancellationToken);

        public void Mute(Action action, CancellationToken cancellationToken = default) => Intercept(action, null, null, cancellationToken);

        public IUnmutableFilter Mute() => new Muted(system, new LogInterception(filters));

        private void Intercept(Action action, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
        {
            var interception = new LogInterception(filters);
            using var muted = new Muted(system, interception);
            action();
            var end = DateTime.UtcNow + Limit(timeout);
            while (interception.Awaits(expected) && interception.Wait(end - DateTime.UtcNow, cancellationToken))
            {
            }

            Check(interception, expected);
        }

        private async Task InterceptAsync(Func<Task> action, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
        {
            var interception = new LogInterception(filters);
            using var muted = new Muted(system, interception);
            await action();
            var end = DateTime.UtcNow + Limit(timeout);
            while (interception.Awaits(expected) && await interception.WaitAsync(end - DateTime.UtcNow, cancellationToken))
            {
            }

            Check(interception, expected);
        }

        private TimeSpan Limit(TimeSpan? timeout) =>
            timeout is { } limit ? testkit.Dilated(limit) : testkit.TestKitSettings.TestEventFilterLeeway;

        private void Check(LogInterception interception, int? expected)
        {
            if (expected is { } count && interception.Count is var got && got != count)
                testkit.FrameworkAssertions.Fail($"Expected {count} log events, but {got} matched [{string.Join(", ", filters)}]");
        }

        private sealed class Muted : IUnmutableFilter
        {
            private readonly ActorSystem _system;
            private readonly LogInterception _interception;

            public Muted(ActorSystem system, LogInterception interception)
            {
                (_system, _interception) = (system, interception);
                system.EventStream.Publish(new Mute(interception));
            }

            public void Unmute() => _system.EventStream.Publish(new Unmute(_interception));

            public void Dispose() => Unmute();
        }
    }
}
