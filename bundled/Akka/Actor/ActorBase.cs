using Akka.Event;

namespace Akka.Actor
{
    public interface IInternalActor
    {
    }

    public abstract class ActorBase : IInternalActor
    {
        private readonly ActorCell _cell;
        private Receive _ownReceive;

        protected ActorBase() =>
            _cell = ActorCell.Current ?? throw new ActorInitializationException(
                "There is no active ActorContext, this is most likely due to use of 'new' operator to create this actor.");

        internal ActorCell CellOf => _cell;

        internal Receive OwnReceive => _ownReceive ??= Receive;

        protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
            "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

        protected IActorRef Self => _cell.Self;

        protected IActorRef Sender => Context.Sender;

        public virtual void AroundPreStart() => PreStart();

        public virtual void AroundPostStop() => PostStop();

        public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

        public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

        internal void AroundReceiveInternal(Receive receive, object message) => AroundReceive(receive, message);

        internal SupervisorStrategy OwnSupervisorStrategy() => SupervisorStrategy();

        protected virtual bool AroundReceive(Receive receive, object message)
        {
            if (message is TimerScheduler.TimerMessage timer)
            {
                message = timer.Unwrap(_cell.Timers);
                if (message is null)
                    return true; // cancelled or replaced after it had been enqueued
                if (message is IAutoReceivedMessage)
                {
                    _cell.AutoReceive(message, _cell.Sender);
                    return true;
                }
            }

            if (receive(message))
                return true;
            Unhandled(message);
            return false;
        }

        protected abstract bool Receive(object message);

        protected virtual void Unhandled(object message)
        {
            if (message is Terminated terminated)
                throw new DeathPactException(terminated.ActorRef);
            _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
        }

        protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

        protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

        protected virtual void PreStart()
        {
        }

        protected virtual void PostStop()
        {
        }

        protected virtual void PreRestart(Exception reason, object message)
        {
            foreach (var child in Context.GetChildren())
            {
                Context.Unwatch(child);
                Context.Stop(child);
            }

            PostStop();
        }

        protected virtual void PostRestart(Exception reason) => PreStart();
    }

    public abstract class UntypedActor : ActorBase
    {
        protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

        protected override bool Receive(object message)
        {
            OnReceive(message);
            return true;
        }

        protected abstract void OnReceive(object message);

        protected void Become(UntypedReceive receive) => Context.Become(receive);
    }
}

namespace Akka.Actor.Internal
{
    /// <summary>An actor with something to do between its constructor and its first message.</summary>
    public interface IInitializableActor
    {
        void Init();
    }
}
