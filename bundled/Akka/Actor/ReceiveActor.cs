using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>An actor that lists what it handles, by type and condition; the first handler that fits takes the message.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private List<Handler> _configuring = [];
    private Handler[] _handlers = [];

    void IInitializableActor.Init()
    {
        if (_configuring is null)
            return;
        _handlers = _configuring.ToArray();
        _configuring = null;
    }

    protected sealed override bool Receive(object message) => Handle(_handlers, message);

    protected sealed override void OnReceive(object message)
    {
    }

    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        Become(message => Handle(handlers, message));
    }

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Add(new FuncHandler<T>(handler));

    protected void ReceiveAny(Action<object> handler) => Receive(handler);

    private static bool Handle(Handler[] handlers, object message)
    {
        foreach (var handler in handlers)
        {
            if (handler.TryHandle(message))
                return true;
        }

        return false;
    }

    private Handler[] Configure(Action configure)
    {
        var outer = _configuring;
        _configuring = [];
        try
        {
            configure();
            return _configuring.ToArray();
        }
        finally
        {
            _configuring = outer;
        }
    }

    private void Add(Handler handler)
    {
        if (_configuring is null)
            throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");
        if (_configuring is { Count: > 0 } && _configuring[^1].MatchesAll)
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        _configuring.Add(handler);
    }

    private abstract class Handler
    {
        public bool MatchesAll { get; init; }

        public abstract bool TryHandle(object message);
    }

    private sealed class ActionHandler<T> : Handler
    {
        private readonly Action<T> _handler;
        private readonly Predicate<T> _shouldHandle;

        public ActionHandler(Action<T> handler, Predicate<T> shouldHandle)
        {
            _handler = handler;
            _shouldHandle = shouldHandle;
            MatchesAll = typeof(T) == typeof(object) && shouldHandle is null;
        }

        public override bool TryHandle(object message)
        {
            if (message is not T typed || (_shouldHandle is not null && !_shouldHandle(typed)))
                return false;
            _handler(typed);
            return true;
        }
    }

    private sealed class FuncHandler<T>(Func<T, bool> handler) : Handler
    {
        public override bool TryHandle(object message) => message is T typed && handler(typed);
    }
}
