using Akka.Actor;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Sends elements to an actor, each after the one before has been acknowledged.</summary>
internal sealed class ActorRefWithAckSink<T>(
    IActorRef actor,
    object onInit,
    object ack,
    object onComplete,
    Func<Exception, object> onFailure) : GraphStage<SinkShape<T>>
{
    /// <summary>How many elements may wait here for the actor.</summary>
    private const int Capacity = 16;

    private static readonly SinkShape<T> s_shape = new(new Inlet<T>("in"));

    public override SinkShape<T> Shape => s_shape;

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(actor, onInit, ack.GetType(), onComplete, onFailure);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly IActorRef _actor;
        private readonly object _onInit;
        private readonly Type _ackType;
        private readonly object _onComplete;
        private readonly Func<Exception, object> _onFailure;
        private readonly Queue<T> _buffer = new();
        private readonly Inlet<T> _in = s_shape.Inlet;
        private readonly Action<object> _received;
        private IActorRef _relay;
        private bool _acknowledged;
        private bool _completed;

        public Logic(IActorRef actor, object onInit, Type ackType, object onComplete, Func<Exception, object> onFailure)
            : base(s_shape)
        {
            (_actor, _onInit, _ackType, _onComplete, _onFailure) = (actor, onInit, ackType, onComplete, onFailure);
            _received = GetAsyncCallback<object>(Received);
            SetHandler(_in, this);
        }

        public override void PreStart()
        {
            SetKeepGoing(true);
            // A stream whose actor never came to be has no context.
            _relay = Island.Context?.ActorOf(Producer.PropsOf(() => new Relay(_actor, _received))) ?? ActorRefs.Nobody;
            Tell(_onInit);
            Pull(_in);
        }

        public override void OnPush()
        {
            _buffer.Enqueue(Grab(_in));
            if (_acknowledged)
            {
                _acknowledged = false;
                SendFirst();
            }

            if (_buffer.Count < Capacity)
                Pull(_in);
        }

        public override void OnUpstreamFinish()
        {
            _completed = true;
            CompleteIfSent();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            Tell(_onFailure(e));
            FailStage(e);
        }

        public override void PostStop() => Island.Context?.Stop(_relay);

        private void Received(object message)
        {
            if (message.GetType() == _ackType)
            {
                if (_buffer.Count == 0)
                {
                    _acknowledged = true;
                    return;
                }

                var wasFull = _buffer.Count == Capacity;
                SendFirst();
                if (wasFull)
                    TryPull(_in);
            }
            else if (message is Terminated)
                CompleteStage();
        }

        private void SendFirst()
        {
            Tell(_buffer.Dequeue());
            CompleteIfSent();
        }

        private void CompleteIfSent()
        {
            if (_completed && _buffer.Count == 0)
            {
                Tell(_onComplete);
                CompleteStage();
            }
        }

        private void Tell(object message) => _actor.Tell(message, _relay);
    }

    /// <summary>Whom the actor answers: hands what it is told to the stage, and the news of the actor's end.</summary>
    private sealed class Relay(IActorRef actor, Action<object> received) : ActorBase
    {
        protected override void PreStart() => Context.Watch(actor);

        protected override bool Receive(object message)
        {
            received(message);
            return true;
        }
    }
}
