using System.Runtime.CompilerServices;
using Akka.Pattern;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

/// <summary>
/// The state and behaviour of one running stage. All its handlers and callbacks run one at a time, on the actor of its stream.
/// </summary>
public abstract class GraphStageLogic
{
    private readonly bool _hasInlet;
    private readonly bool _hasOutlet;
    private Connection _in;
    private Connection _out;

    /// <summary>Handlers set before the ports were connected.</summary>
    private IInHandler _inHandler;
    private IOutHandler _outHandler;

    private bool _keepGoing;

    protected GraphStageLogic(Shape shape)
    {
        _hasInlet = shape.Inlets.Length > 0;
        _hasOutlet = shape.Outlets.Length > 0;
        OpenPorts = (_hasInlet ? 1 : 0) + (_hasOutlet ? 1 : 0);
    }

    internal Island Island { get; set; }

    internal int OpenPorts { get; set; }

    internal virtual bool LogsFailures => true;

    /// <summary>All ports are closed and nothing else keeps the stage.</summary>
    internal bool IsDone => OpenPorts == 0 && !_keepGoing;

    /// <summary>PostStop has been called.</summary>
    internal bool IsStopped { get; set; }

    private Island Running => Island ?? throw NotRunning();

    public virtual void PreStart() { }

    public virtual void PostStop() { }

    public void CompleteStage() => End(SubscriptionWithCancelException.StageWasCompleted.Instance, null);

    public void FailStage(Exception reason) => End(reason, reason);

    /// <summary>Cancels and completes; fails what is downstream if the cause is a failure.</summary>
    public void CancelStage(Exception cause) =>
        End(cause, cause is SubscriptionWithCancelException.NonFailureCancellation ? null : cause);

    internal void AttachInlet(Connection connection)
    {
        _in = connection;
        connection.InHandler = _inHandler;
    }

    internal void AttachOutlet(Connection connection)
    {
        _out = connection;
        connection.OutHandler = _outHandler;
    }

    /// <summary>The stage is connected for good.</summary>
    internal void Seal()
    {
        if ((_hasInlet && _in is null) || (_hasOutlet && _out is null))
            throw new IllegalStateException($"A port of {this} is not connected");
        if (_in is { InHandler: null } || _out is { OutHandler: null })
            throw new IllegalStateException($"A port of {this} has no handler");
    }

    internal virtual void AfterPostStop() { }

    protected internal void SetHandler<T>(Inlet<T> inlet, IInHandler handler)
    {
        if (_in is null)
            _inHandler = handler;
        else
            _in.InHandler = handler;
    }

    protected internal void SetHandler<T>(Outlet<T> outlet, IOutHandler handler)
    {
        if (_out is null)
            _outHandler = handler;
        else
            _out.OutHandler = handler;
    }

    protected internal void SetHandler<T>(
        Inlet<T> inlet,
        Action onPush,
        Action onUpstreamFinish = null,
        Action<Exception> onUpstreamFailure = null) =>
        SetHandler(inlet, new LambdaInHandler(this, onPush, onUpstreamFinish, onUpstreamFailure));

    protected internal void SetHandler<T>(Outlet<T> outlet, Action onPull, Action<Exception> onDownstreamFinish = null) =>
        SetHandler(outlet, new LambdaOutHandler(this, onPull, onDownstreamFinish));

    /// <summary>Asks for the next element. Only once until it has come.</summary>
    protected internal void Pull<T>(Inlet<T> inlet)
    {
        var connection = Of(inlet);
        if (connection.Turn != Turn.Consumer || connection.InClosed)
            ThrowCannotPull(connection, inlet);

        connection.Turn = Turn.Pulling;
        if (!connection.OutClosed)
            Island.Pulled(connection);
    }

    protected internal void TryPull<T>(Inlet<T> inlet)
    {
        if (!IsClosed(inlet))
            Pull(inlet);
    }

    /// <summary>Takes the element that was pushed. Once.</summary>
    protected internal T Grab<T>(Inlet<T> inlet)
    {
        var connection = (Connection<T>)Of(inlet);
        if (connection.Turn != Turn.Consumer || !connection.Filled)
            ThrowNothingToGrab(inlet);

        var element = connection.Element;
        connection.Filled = false;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            connection.Element = default;

        return element;
    }

    protected bool HasBeenPulled<T>(Inlet<T> inlet)
    {
        var connection = Of(inlet);
        return connection.Turn != Turn.Consumer && !connection.InClosed;
    }

    protected internal bool IsAvailable<T>(Inlet<T> inlet)
    {
        var connection = Of(inlet);
        return connection.Turn == Turn.Consumer && connection.Filled;
    }

    protected bool IsClosed<T>(Inlet<T> inlet) => Of(inlet).InClosed;

    /// <summary>Answers a pull.</summary>
    protected internal void Push<T>(Outlet<T> outlet, T element)
    {
        var connection = (Connection<T>)Of(outlet);
        if (connection.Turn != Turn.Producer || connection.OutClosed || element is null)
            ThrowCannotPush(connection, outlet, element);

        connection.Turn = Turn.Pushing;
        if (!connection.InClosed)
        {
            connection.Element = element;
            connection.Filled = true;
            Island.Pushed(connection);
        }
    }

    protected internal bool IsAvailable<T>(Outlet<T> outlet)
    {
        var connection = Of(outlet);
        return connection.Turn == Turn.Producer && !connection.OutClosed;
    }

    protected bool IsClosed<T>(Outlet<T> outlet) => Of(outlet).OutClosed;

    protected void Complete<T>(Outlet<T> outlet) => Running.Complete(Of(outlet));

    protected void Fail<T>(Outlet<T> outlet, Exception reason) => Running.Complete(Of(outlet), reason);

    protected void Cancel<T>(Inlet<T> inlet) => Cancel(inlet, SubscriptionWithCancelException.NoMoreElementsNeeded.Instance);

    protected void Cancel<T>(Inlet<T> inlet, Exception cause) => Running.Cancel(Of(inlet), cause);

    /// <summary>Keeps the stage when all its ports are closed, until this is called with false, or the stage is completed or failed.</summary>
    protected void SetKeepGoing(bool enabled)
    {
        _ = Running;
        _keepGoing = enabled;
    }

    /// <summary>
    /// A delegate that may be called from any thread, and calls the handler on the stream's actor: calls of one thread in their order,
    /// none once the stage is done.
    /// </summary>
    protected Action<T> GetAsyncCallback<T>(Action<T> handler) => new AsyncCallback<T>(this, handler).Call;

    protected Action GetAsyncCallback(Action handler) => new AsyncAction(this, handler).Call;

    private static void ThrowCannotPull(Connection connection, Inlet inlet) => throw new ArgumentException(
        connection.InClosed ? $"Inlet {inlet} is closed and cannot be pulled" : $"Inlet {inlet} has been pulled already");

    private static void ThrowNothingToGrab(Inlet inlet) => throw new ArgumentException($"There is no element to grab at inlet {inlet}");

    private static void ThrowCannotPush<T>(Connection connection, Outlet outlet, T element)
    {
        if (element is null)
            throw new ArgumentNullException(nameof(element), $"Outlet {outlet}: null is no element");

        throw new ArgumentException(connection.OutClosed
            ? $"Outlet {outlet} is closed and cannot be pushed"
            : $"Outlet {outlet} has not been pulled since the last push");
    }

    private static IllegalStateException NotRunning() =>
        new("The stage is not running yet: its constructor may set handlers and nothing more");

    private Connection Of(Inlet inlet) => _in ?? throw NotRunning();

    private Connection Of(Outlet outlet) => _out ?? throw NotRunning();

    private void End(Exception cancelCause, Exception failure)
    {
        var island = Running;
        if (_in is not null)
            island.Cancel(_in, cancelCause);
        if (_out is not null)
            island.Complete(_out, failure);
        _keepGoing = false;
    }
}
