using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>A call of an async callback on its way to the stage's island.</summary>
internal abstract class AsyncInput(GraphStageLogic stage)
{
    /// <summary>Stands in the inbox of an island that has ended.</summary>
    public static readonly AsyncInput Closed = new AsyncCallback<int>(null, null);

    public AsyncInput Next;

    public GraphStageLogic Stage => stage;

    /// <summary>Runs the handler, or, if the stage is done already, only lets go of the argument.</summary>
    public abstract void Invoke(bool skip);
}

/// <summary>An async callback; also the input of one call of it, so that calls that do not overlap cost nothing.</summary>
internal sealed class AsyncCallback<T>(GraphStageLogic stage, Action<T> handler) : AsyncInput(stage)
{
    private T _argument;
    private int _inUse;

    public void Call(T argument)
    {
        var input = Interlocked.Exchange(ref _inUse, 1) == 0 ? this : new AsyncCallback<T>(Stage, handler) { _inUse = 1 };
        input._argument = argument;
        Stage.Island.Post(input);
    }

    public override void Invoke(bool skip)
    {
        var argument = _argument;
        _argument = default;
        Volatile.Write(ref _inUse, 0);
        if (!skip)
            handler(argument);
    }
}

/// <summary>The same without an argument.</summary>
internal sealed class AsyncAction(GraphStageLogic stage, Action handler) : AsyncInput(stage)
{
    private int _inUse;

    public void Call() =>
        Stage.Island.Post(Interlocked.Exchange(ref _inUse, 1) == 0 ? this : new AsyncAction(Stage, handler) { _inUse = 1 });

    public override void Invoke(bool skip)
    {
        Volatile.Write(ref _inUse, 0);
        if (!skip)
            handler();
    }
}
