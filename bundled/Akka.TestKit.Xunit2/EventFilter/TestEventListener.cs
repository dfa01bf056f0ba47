using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit
{
    /// <summary>Prints log events as the default logger does, except those that a test filters.</summary>
    public class TestEventListener : DefaultLogger
    {
        private readonly List<LogInterception> _interceptions = [];

        protected override bool Receive(object message)
        {
            switch (message)
            {
                case InitializeLogger start:
                    start.LoggingBus.Subscribe(Context.Self, typeof(Mute));
                    start.LoggingBus.Subscribe(Context.Self, typeof(Unmute));
                    start.LoggingBus.Subscribe(Context.Self, typeof(DeadLetter));
                    ListenerStart.Of(Context.System).Done.TrySetResult();
                    return base.Receive(message);
                case Mute mute:
                    _interceptions.Add(mute.Interception);
                    return true;
                case Unmute unmute:
                    _interceptions.Remove(unmute.Interception);
                    return true;
                case DeadLetter letter:
                    // Only for filters: the system logs dead letters itself.
                    Intercepts(new Warning(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), letter));
                    return true;
                case LogEvent line:
                    if (!Intercepts(line))
                        Print(line);
                    return true;
                default:
                    return base.Receive(message);
            }
        }

        private bool Intercepts(LogEvent line) => _interceptions.Exists(i => i.Takes(line));
    }
}

namespace Akka.TestKit.Internal
{
    internal sealed record Mute(LogInterception Interception) : INoSerializationVerificationNeeded;

    internal sealed record Unmute(LogInterception Interception) : INoSerializationVerificationNeeded;

    /// <summary>Tells when the listener of a system hears of filters: a system does not wait for its loggers, a test has to.</summary>
    internal sealed class ListenerStart : IExtension
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static ListenerStart Of(ActorSystem system) => system.WithExtension<ListenerStart, Id>();

        private sealed class Id : ExtensionIdProvider<ListenerStart>
        {
            public override ListenerStart CreateExtension(ExtendedActorSystem system) => new();
        }
    }

    /// <summary>One description of log events.</summary>
    internal sealed class LogFilter(string description, Func<LogEvent, bool> isMatch)
    {
        public bool IsMatch(LogEvent line) => isMatch(line);

        public override string ToString() => description;
    }

    /// <summary>Counts the events that match while it is in force. The listener's actor counts, the test waits.</summary>
    internal sealed class LogInterception(IReadOnlyList<LogFilter> filters)
    {
        private readonly SemaphoreSlim _matched = new(0);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool Takes(LogEvent line)
        {
            if (!filters.Any(f => f.IsMatch(line)))
                return false;
            Interlocked.Increment(ref _count);
            _matched.Release();
            return true;
        }

        /// <summary>Whether time may change the verdict: too few may become enough, none at all may become too many.</summary>
        public bool Awaits(int? expected) => expected is { } count && (count == 0 ? Count == 0 : Count < count);

        /// <summary>False when time is over.</summary>
        public bool Wait(TimeSpan left, CancellationToken cancellationToken) =>
            left > TimeSpan.Zero && _matched.Wait(left, cancellationToken);

        /// <inheritdoc cref="Wait"/>
        public async Task<bool> WaitAsync(TimeSpan left, CancellationToken cancellationToken) =>
            left > TimeSpan.Zero && await _matched.WaitAsync(left, cancellationToken);
    }
}
