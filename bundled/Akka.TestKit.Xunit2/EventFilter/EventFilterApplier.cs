using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit
{
    /// <summary>Runs code and expects the described log events, or hides them.</summary>
    public interface IEventFilterApplier
    {
        /// <summary>A further filter; events of either count.</summary>
        EventFilterFactory And { get; }

        void ExpectOne(Action action, CancellationToken cancellationToken = default);

        void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

        T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default);

        T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

        Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

        Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);

        Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

        Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

        void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

        void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

        T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default);

        T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

        Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

        Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);

        Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default);

        Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

        void Mute(Action action, CancellationToken cancellationToken = default);

        T Mute<T>(Func<T> func, CancellationToken cancellationToken = default);

        Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default);

        Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

        /// <summary>Hides the events until the result is disposed.</summary>
        IUnmutableFilter Mute();
    }

    /// <summary>Events hidden until it is disposed, by whoever hid them.</summary>
    public interface IUnmutableFilter : IDisposable
    {
        void Unmute();
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

        public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

        public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
            Expect(1, timeout, func, cancellationToken);

        public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
            ExpectAsync(1, actionAsync, cancellationToken);

        public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
            ExpectAsync(1, timeout, action, cancellationToken);

        public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
            ExpectAsync(1, func, cancellationToken);

        public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
            ExpectAsync(1, timeout, func, cancellationToken);

        public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
            Intercept(Result(action), null, expectedCount, cancellationToken);

        public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
            Intercept(Result(action), timeout, expectedCount, cancellationToken);

        public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
            Intercept(func, null, expectedCount, cancellationToken);

        public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
            Intercept(func, timeout, expectedCount, cancellationToken);

        public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
            InterceptAsync(Result(actionAsync), null, expectedCount, cancellationToken);

        public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
            InterceptAsync(Result(action), timeout, expectedCount, cancellationToken);

        public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
            InterceptAsync(func, null, expectedCount, cancellationToken);

        public Task<T> ExpectAsync<T>(
            int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
            InterceptAsync(func, timeout, expectedCount, cancellationToken);

        public void Mute(Action action, CancellationToken cancellationToken = default) => Mute(Result(action), cancellationToken);

        public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Intercept(func, null, null, cancellationToken);

        public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
            MuteAsync(Result(action), cancellationToken);

        public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
            InterceptAsync(func, null, null, cancellationToken);

        public IUnmutableFilter Mute() => new Muted(system, new LogInterception(filters));

        private static Func<NotUsed> Result(Action action) => () =>
        {
            action();
            return NotUsed.Instance;
        };

        private static Func<Task<NotUsed>> Result(Func<Task> action) => async () =>
        {
            await action();
            return NotUsed.Instance;
        };

        private T Intercept<T>(Func<T> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
        {
            var interception = new LogInterception(filters);
            using var muted = new Muted(system, interception);
            var result = func();
            var end = DateTime.UtcNow + Limit(timeout);
            while (interception.Awaits(expected) && interception.Wait(end - DateTime.UtcNow, cancellationToken))
            {
            }

            Check(interception, expected);
            return result;
        }

        private async Task<T> InterceptAsync<T>(Func<Task<T>> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
        {
            var interception = new LogInterception(filters);
            using var muted = new Muted(system, interception);
            var result = await func();
            var end = DateTime.UtcNow + Limit(timeout);
            while (interception.Awaits(expected) && await interception.WaitAsync(end - DateTime.UtcNow, cancellationToken))
            {
            }

            Check(interception, expected);
            return result;
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
