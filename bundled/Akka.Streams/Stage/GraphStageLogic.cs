using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

/// <summary>
/// The state and behaviour of one running stage. All its handlers and callbacks run one at a time, on the actor of its stream.
/// </summary>
public abstract partial class GraphStageLogic
{
    public static readonly InHandler EagerTerminateInput = Stage.EagerTerminateInput.Instance;
    public static readonly InHandler IgnoreTerminateInput = Stage.IgnoreTerminateInput.Instance;
    public static readonly InHandler TotallyIgnorantInput = Stage.TotallyIgnorantInput.Instance;
    public static readonly OutHandler EagerTerminateOutput = Stage.EagerTerminateOutput.Instance;
    public static readonly OutHandler IgnoreTerminateOutput = Stage.IgnoreTerminateOutput.Instance;
#pragma warning disable CA2211 // a mutable field in the API that this stands in for
    public static Action DoNothing = static () => { };
#pragma warning restore CA2211

    public readonly int InCount;
    public readonly int OutCount;

    /// <summary>Inlets first, then outlets.</summary>
    private readonly Connection[] _ports;

    /// <summary>Handlers set before the ports were connected; null from then on.</summary>
    private object[] _handlers;

    private bool _keepGoing;
    private bool _started;
    private StageActor _stageActor;
    private ILoggingAdapter _log;
    private object _logSource;

    protected GraphStageLogic(int inCount, int outCount)
    {
        InCount = inCount;
        OutCount = outCount;
        _ports = new Connection[inCount + outCount];
        _handlers = new object[inCount + outCount];
        OpenPorts = inCount + outCount;
    }

    protected GraphStageLogic(Shape shape)
        : this(shape.Inlets.Length, shape.Outlets.Length) => _logSource = shape;

    public virtual bool KeepGoingAfterAllPortsClosed => false;

    public StageActor StageActor => _stageActor ?? throw StageActorRefNotInitializedException.Instance;

    public ILoggingAdapter Log => _log ??= Running.Materializer.MakeLogger(LogSource);

    internal Island Island { get; set; }

    internal int OpenPorts { get; set; }

    internal virtual bool LogsFailures => true;

    /// <summary>All ports are closed and nothing else keeps the stage.</summary>
    internal bool IsDone => OpenPorts == 0 && !_keepGoing;

    /// <summary>PostStop has been called.</summary>
    internal bool IsStopped { get; set; }

    protected virtual object LogSource => _logSource ?? this;

    protected virtual string StageActorName => "";

    protected IMaterializer Materializer => Running.Materializer;

    private Island Running => _started
        ? Island
        : throw new IllegalStateException("The stage is not running yet: its constructor may set handlers and nothing more");

    public static InHandler ConditionalTerminateInput(Func<bool> predicate) => new ConditionalTerminateInput(predicate);

    public static OutHandler ConditionalTerminateOutput(Func<bool> predicate) => new ConditionalTerminateOutput(predicate);

    public virtual void PreStart() { }

    public virtual void PostStop() { }

    public void CompleteStage() => End(SubscriptionWithCancelException.StageWasCompleted.Instance, null);

    public void FailStage(Exception reason) => End(reason, reason);

    /// <summary>Cancels and completes; fails what is downstream if the cause is a failure.</summary>
    public void CancelStage(Exception cause) =>
        End(cause, cause is SubscriptionWithCancelException.NonFailureCancellation ? null : cause);

    public void InternalOnDownstreamFinish(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        CancelStage(cause);
    }

    internal void AttachInlet(int index, Connection connection)
    {
        _ports[index] = connection;
        connection.InHandler = (IInHandler)_handlers[index];
    }

    internal void AttachOutlet(int index, Connection connection)
    {
        _ports[InCount + index] = connection;
        connection.OutHandler = (IOutHandler)_handlers[InCount + index];
    }

    /// <summary>The stage is connected for good.</summary>
    internal void Seal()
    {
        for (var i = 0; i < _ports.Length; i++)
        {
            if (_ports[i] is null)
            {
                throw new IllegalStateException($"Port {i} of {this} is not connected");
            }

            if (_handlers[i] is null)
            {
                throw new IllegalStateException($"Port {i} of {this} has no handler");
            }
        }

        _handlers = null;
        _keepGoing = KeepGoingAfterAllPortsClosed;
        _started = true;
    }

    protected internal virtual void BeforePreStart() { }

    protected internal virtual void AfterPostStop()
    {
        _stageActor?.Stop();
        _stageActor = null;
    }

    protected internal void SetHandler<T>(Inlet<T> inlet, IInHandler handler)
    {
        if (_handlers is { } early)
            early[inlet.Id] = handler;
        else
            _ports[inlet.Id].InHandler = handler;
    }

    protected internal void SetHandler<T>(Outlet<T> outlet, IOutHandler handler)
    {
        if (_handlers is { } early)
            early[InCount + outlet.Id] = handler;
        else
            _ports[InCount + outlet.Id].OutHandler = handler;
    }

    protected internal void SetHandler<T>(
        Inlet<T> inlet,
        Action onPush,
        Action onUpstreamFinish = null,
        Action<Exception> onUpstreamFailure = null) =>
        SetHandler(inlet, new LambdaInHandler(onPush, onUpstreamFinish, onUpstreamFailure));

    protected internal void SetHandler<T>(Outlet<T> outlet, Action onPull, Action<Exception> onDownstreamFinish = null) =>
        SetHandler(outlet, new LambdaOutHandler(onPull, onDownstreamFinish));

    protected internal void SetHandlers<TIn, TOut>(Inlet<TIn> inlet, Outlet<TOut> outlet, InAndOutGraphStageLogic handler)
    {
        SetHandler(inlet, handler);
        SetHandler(outlet, handler);
    }

    protected IInHandler GetHandler<T>(Inlet<T> inlet) =>
        _handlers is { } early ? (IInHandler)early[inlet.Id] : _ports[inlet.Id].InHandler;

    protected IOutHandler GetHandler<T>(Outlet<T> outlet) =>
        _handlers is { } early ? (IOutHandler)early[InCount + outlet.Id] : _ports[InCount + outlet.Id].OutHandler;

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

    protected void Complete<T>(Outlet<T> outlet) => CompletePort(Of(outlet));

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

    protected Action GetAsyncCallback(Action handler)
    {
        var callback = new AsyncCallback<NotUsed>(this, _ => handler());
        return () => callback.Call(null);
    }

    /// <summary>An actor whose messages go to the handler, on the stream's actor. It lives as long as the stage.</summary>
    protected StageActor GetStageActor(StageActorRef.Receive receive)
    {
        if (_stageActor is null)
            _stageActor = new StageActor(Running, this, receive);
        else
            _stageActor.Become(receive);

        return _stageActor;
    }

    internal Action<(IActorRef Sender, object Message)> StageActorCallback(Action<(IActorRef Sender, object Message)> handler) =>
        GetAsyncCallback(handler);

    private static void ThrowCannotPull(Connection connection, Inlet inlet) => throw new ArgumentException(
        connection.InClosed ? $"Inlet {inlet} is closed and cannot be pulled" : $"Inlet {inlet} has been pulled already");

    private static void ThrowNothingToGrab(Inlet inlet) => throw new ArgumentException($"There is no element to grab at inlet {inlet}");

    private static void ThrowCannotPush<T>(Connection connection, Outlet outlet, T element)
    {
        if (element is null)
        {
            throw new ArgumentNullException(nameof(element), $"Outlet {outlet}: null is no element");
        }

        throw new ArgumentException(connection.OutClosed
            ? $"Outlet {outlet} is closed and cannot be pushed"
            : $"Outlet {outlet} has not been pulled since the last push");
    }

    private static void ThrowNotRunning() =>
        throw new IllegalStateException("The stage is not running yet: its constructor may set handlers and nothing more");

    private Connection Of(Inlet inlet)
    {
        var connection = _ports[inlet.Id];
        if (connection is null)
            ThrowNotRunning();

        return connection;
    }

    private Connection Of(Outlet outlet)
    {
        var connection = _ports[InCount + outlet.Id];
        if (connection is null)
            ThrowNotRunning();

        return connection;
    }

    private void CompletePort(Connection connection)
    {
        if (connection.OutHandler is IEmitter emitter)
        {
            // What is being emitted goes out first.
            emitter.CompleteAfterwards();
        }
        else
            Running.Complete(connection);
    }

    private void End(Exception cancelCause, Exception failure)
    {
        var island = Running;
        for (var i = 0; i < _ports.Length; i++)
        {
            if (i < InCount)
                island.Cancel(_ports[i], cancelCause);
            else if (failure is not null)
                island.Complete(_ports[i], failure);
            else
                CompletePort(_ports[i]);
        }

        _keepGoing = false;
    }
}
