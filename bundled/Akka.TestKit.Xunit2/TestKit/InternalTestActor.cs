using Akka.Actor;

namespace Akka.TestKit
{
    /// <summary>Answers in a probe's stead. Run tells the answerer for the next message.</summary>
    public abstract class AutoPilot
    {
        /// <summary>Stay with this answerer.</summary>
        public static KeepRunning KeepRunning => KeepRunning.Instance;

        /// <summary>No more answers.</summary>
        public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

        public abstract AutoPilot Run(IActorRef sender, object message);
    }

    /// <inheritdoc cref="AutoPilot.KeepRunning"/>
    public sealed class KeepRunning : AutoPilot
    {
        public static readonly KeepRunning Instance = new();

        private KeepRunning()
        {
        }

        public override AutoPilot Run(IActorRef sender, object message) =>
            throw new InvalidOperationException("KeepRunning is an answer, it cannot run itself.");
    }

    /// <inheritdoc cref="AutoPilot.NoAutoPilot"/>
    public sealed class NoAutoPilot : AutoPilot
    {
        public static readonly NoAutoPilot Instance = new();

        private NoAutoPilot()
        {
        }

        public override AutoPilot Run(IActorRef sender, object message) => this;
    }

    public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

    /// <summary>An answerer out of a lambda.</summary>
    public sealed class DelegateAutoPilot : AutoPilot
    {
        private readonly AutoPilotDelegate _run;

        public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) => _run = autoPilotDelegate;

        public override AutoPilot Run(IActorRef sender, object message) => _run(sender, message);
    }
}

namespace Akka.TestKit.Internal
{
    internal sealed record SetIgnore(Func<object, bool> Ignore) : INoSerializationVerificationNeeded;

    internal sealed record SetAutoPilot(AutoPilot AutoPilot) : INoSerializationVerificationNeeded;

    internal sealed record WatchFor(IActorRef Actor, bool On, TaskCompletionSource Done) : INoSerializationVerificationNeeded;

    internal sealed record Spawn(Props Props, string Name) : INoSerializationVerificationNeeded;

    /// <summary>Puts what it gets into the test's inbox, on the thread of the sender: what was told is there when Tell returns.</summary>
    internal sealed class InternalTestActor(Inbox inbox) : UntypedActor
    {
        private Func<object, bool> _ignore;
        private AutoPilot _autoPilot = NoAutoPilot.Instance;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case SetIgnore ignore:
                    _ignore = ignore.Ignore;
                    break;
                case SetAutoPilot pilot:
                    _autoPilot = pilot.AutoPilot;
                    break;
                case WatchFor { On: true } watch:
                    Context.Watch(watch.Actor);
                    watch.Done.SetResult();
                    break;
                case WatchFor unwatch:
                    Context.Unwatch(unwatch.Actor);
                    unwatch.Done.SetResult();
                    break;
                case Spawn spawn:
                    var child = spawn.Name is null ? Context.ActorOf(spawn.Props) : Context.ActorOf(spawn.Props, spawn.Name);
                    inbox.Add(new RealMessageEnvelope(child, Self));
                    break;
                default:
                    Take(message);
                    break;
            }
        }

        private void Take(object message)
        {
            var next = _autoPilot.Run(Sender, message);
            if (next is not KeepRunning)
                _autoPilot = next;
            if (_ignore is null || !_ignore(message))
                inbox.Add(new RealMessageEnvelope(message, Sender));
        }
    }
}
