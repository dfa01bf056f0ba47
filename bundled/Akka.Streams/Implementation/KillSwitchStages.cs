using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Happens once, if ever. Who waits for it and goes away first leaves nothing behind.</summary>
internal sealed class KillSignal
{
    private readonly HashSet<Action<Exception>> _waiting = [];
    private bool _fired;
    private Exception _cause;

    public void Fire(Exception cause)
    {
        Action<Exception>[] waiting;
        lock (_waiting)
        {
            if (_fired)
                return;

            _fired = true;

            // The API that this stands in for hands the cause down wrapped.
            _cause = cause is null ? null : new AggregateException(cause);
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var action in waiting)
            action(_cause);
    }

    /// <summary>True if it has happened already; the action is not called then.</summary>
    public bool HasFiredOr(Action<Exception> whenItDoes, out Exception cause)
    {
        lock (_waiting)
        {
            cause = _cause;
            if (!_fired)
                _waiting.Add(whenItDoes);

            return _fired;
        }
    }

    public void Forget(Action<Exception> action)
    {
        lock (_waiting)
        {
            _waiting.Remove(action);
        }
    }
}

internal sealed class KillSwitchLogic<T> : InAndOutGraphStageLogic
{
    private readonly KillSignal _signal;
    private readonly Inlet<T> _in;
    private readonly Outlet<T> _out;
    private readonly Action<Exception> _fired;

    public KillSwitchLogic(KillSignal signal, FlowShape<T, T> shape)
        : base(shape)
    {
        _signal = signal;
        _in = shape.Inlet;
        _out = shape.Outlet;
        _fired = GetAsyncCallback<Exception>(OnFired);
        SetHandler(_in, this);
        SetHandler(_out, this);
    }

    public override void PreStart()
    {
        if (_signal.HasFiredOr(_fired, out var cause))
            OnFired(cause);
    }

    public override void OnPush() => Push(_out, Grab(_in));

    public override void OnPull() => Pull(_in);

    public override void PostStop() => _signal.Forget(_fired);

    private void OnFired(Exception cause)
    {
        if (cause is null)
            CompleteStage();
        else
            FailStage(cause);
    }
}

internal sealed class UniqueKillSwitchStage<T> : GraphStageWithMaterializedValue<FlowShape<T, T>, UniqueKillSwitch>
{
    public static readonly UniqueKillSwitchStage<T> Instance = new();

    public override FlowShape<T, T> Shape { get; } = new(new Inlet<T>("KillSwitch.in"), new Outlet<T>("KillSwitch.out"));

    public override ILogicAndMaterializedValue<UniqueKillSwitch> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var killSwitch = new UniqueKillSwitch();
        return new LogicAndMaterializedValue<UniqueKillSwitch>(new KillSwitchLogic<T>(killSwitch.Signal, Shape), killSwitch);
    }
}

internal sealed class SharedKillSwitchStage<T>(SharedKillSwitch killSwitch)
    : GraphStageWithMaterializedValue<FlowShape<T, T>, SharedKillSwitch>
{
    public override FlowShape<T, T> Shape => UniqueKillSwitchStage<T>.Instance.Shape;

    public override ILogicAndMaterializedValue<SharedKillSwitch> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
        new LogicAndMaterializedValue<SharedKillSwitch>(new KillSwitchLogic<T>(killSwitch.Signal, Shape), killSwitch);
}
