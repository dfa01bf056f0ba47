using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Base of both roles: feeds a pure state machine with events and executes its outputs.
/// Child of <see cref="TransfersActor"/>; stopped, never restarted, since a half-done state machine cannot be replayed. Every state has a timer.
/// It reports its states, except the first one, and progress to the observer of the transfer, states to its parent too, and ends with one
/// <see cref="Transfer.Ended"/> to its parent; its links, files and streams end with it.
/// </summary>
/// <typeparam name="TState">State of the state machine.</typeparam>
/// <typeparam name="TInput">Its inputs.</typeparam>
/// <typeparam name="TOutput">Its outputs.</typeparam>
internal abstract partial class TransferActor<TState, TInput, TOutput> : UntypedActor
    where TState : class
    where TInput : class
{
    private readonly DeadlineTimer _timer;
    private readonly CancellationTokenSource _life = new();
    private readonly TransferTimes _times;
    private readonly StateSpans _spans;
    private IActorRef _observer;
    private TransferOutcome? _outcome;
    private TState _state;
    private int _flow;

    /// <param name="id">Id of the transfer.</param>
    /// <param name="self">This side's full JID.</param>
    /// <param name="sends">True: the initiator.</param>
    /// <param name="observer">Receives the events; <see cref="ActorRefs.Nobody"/> until the application accepts an offer.</param>
    /// <param name="start">First state of the state machine.</param>
    /// <param name="metrics">Gets its times.</param>
    /// <param name="trace">Parent of the spans of its states; default: it is not traced.</param>
    protected TransferActor(
        TransferId id, Jid self, bool sends, IActorRef observer, TState start, TransferMetrics metrics, ActivityContext trace)
    {
        Id = id;
        Address = self;
        Metrics = metrics;
        _times = new TransferTimes(metrics, sends, Now);
        _spans = new StateSpans(trace);
        _spans.Entered(Phase);
        _observer = observer;
        _state = start;
        _timer = new DeadlineTimer(Context.System.Scheduler, Self);
    }

    protected TransferId Id { get; }

    protected TransferMetrics Metrics { get; }

    /// <summary>The spans of its states.</summary>
    protected StateSpans Spans => _spans;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    /// <summary>State of the state machine after the step that is being executed.</summary>
    protected TState MachineState => _state;

    /// <summary>The state that was reported last.</summary>
    protected TransferState Phase { get; private set; } = TransferState.Offer;

    /// <summary>This side's full JID.</summary>
    protected Jid Address { get; }

    /// <summary>Cancelled when the actor stops; cancels pending connects and everything tied to it.</summary>
    protected CancellationToken Life => _life.Token;

    /// <summary>Ties its lines in the log together.</summary>
    protected abstract LogScope Scope { get; }

    protected abstract TInput TimedOut { get; }

    protected abstract TInput Cancel(Transfer.Cancel cancel);

    protected abstract TInput Moved { get; }

    /// <summary>The peer has responded that it does not support this signalling.</summary>
    protected virtual bool IsUnsupported => false;

    /// <summary>The pure state machine.</summary>
    protected abstract Step<TState, TOutput> Next(TState state, TInput input);

    protected abstract TransferState PhaseOf(TState state);

    /// <summary>How long the state machine may stay in its state without progress.</summary>
    protected abstract TimeSpan TimeFor(TState state);

    /// <summary>True for outputs that start something with its own timeout within the same state.</summary>
    protected abstract bool RestartsTimer(TOutput output);

    /// <summary>Feeds the state machine its first input, now or later.</summary>
    protected abstract void Start();

    /// <summary>Translates a message of the services; null = no input for the state machine.</summary>
    protected abstract TInput? Translate(object message);

    protected abstract void Execute(TOutput output);

    protected abstract TInput Ending(FlowEnd end);

    protected override void PreStart()
    {
        base.PreStart();
        _timer.Set(TimeFor(_state));
        Start();
    }

    /// <summary>A request whose handling failed gets an error response; the parent handles the fault.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch
        {
            Connection.AnswerFailed(message, Sender);
            throw;
        }
    }

    /// <summary>Its children are the ends of in-band bytestreams: a crash breaks the link, which the byte flow reports.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PostStop()
    {
        _timer.Cancel();
        _spans.Stop();
        _life.Cancel();
        _life.Dispose();
        base.PostStop();
    }

    protected void Finish(TransferOutcome outcome) => _outcome = outcome;

    /// <summary>The application has accepted the offer: its observer gets the events from now on.</summary>
    protected void ReportTo(IActorRef observer)
    {
        _observer = observer;
        if (_control.Terms.IsPaused)
        {
            ReportPaused();
        }
    }

    /// <summary>A byte flow begins.</summary>
    /// <param name="method">Its stream method.</param>
    /// <param name="endPoint">The streamhost in use as host:port; null in-band.</param>
    protected void ReportMethod(StreamMethod method, string? endPoint)
    {
        if (endPoint is null)
        {
            Context.GetLogger().Write(TransfersLog.InBandSelected, Scope, Id, method.Name());
        }
        else
        {
            Context.GetLogger().Write(TransfersLog.MethodSelected, Scope, Id, method.Name(), endPoint);
        }

        _times.Method = method;
        _spans.Method(method, endPoint);
        _method = new Transfer.MethodSelected(Id, method, endPoint);
        Report(_method);
    }

    /// <summary>Progress callback of the next byte flow, on the stream's thread. Reports of a replaced flow are ignored.</summary>
    protected Action<long> NextFlow()
    {
        _flows = true;
        var (self, flow) = (Self, ++_flow);
        return bytes => self.Tell(new BytesMoved(flow, bytes), ActorRefs.NoSender);
    }

    /// <summary>Feeds the end of the byte flow that <see cref="NextFlow"/> began to the state machine.</summary>
    /// <param name="end">Completion of the flow.</param>
    /// <param name="source">The side that the bytes come from.</param>
    /// <param name="limitedByQuota">See <see cref="FlowFaults.Read"/>.</param>
    protected void Await(Task<FlowEnd> end, TransferSide source, bool limitedByQuota = false)
    {
        var flow = _flow;
        end.PipeTo(
            Self,
            success: whole => new FlowOver(flow, whole),
            failure: exception => new FlowOver(flow, FlowFaults.Read(exception, source, limitedByQuota)));
    }

    /// <summary>Later reports of the current byte flow are ignored.</summary>
    protected void ForgetFlow()
    {
        _flows = false;
        _flow++;
    }

    /// <summary>How many bytes are to move, given how many have.</summary>
    protected abstract long TotalFor(long moved);

    protected override void OnReceive(object message)
    {
        var input = message switch
        {
            DeadlineTimer.Fired fired => _timer.HasPassed(fired) ? DeadlinePassed() : null,
            Transfer.Cancel cancel => Cancel(cancel),
            Transfer.Pause pause => Pause(isPaused: true, pause.ReplyTo),
            Transfer.Resume resume => Pause(isPaused: false, resume.ReplyTo),
            Transfer.Limit limit => Limit(limit),
            BytesMoved moved => moved.Flow == _flow ? BytesHaveMoved(moved.Bytes) : null,
            FlowOver over => over.Flow == _flow ? FlowHasEnded(over.End) : null,
            TransferMonitoring.Start => ReportToMonitor(Sender),
            TInput direct => direct,
            _ => Translate(message),
        };
        if (input is not null)
        {
            Apply(Next(_state, input));
        }
    }

    private void Apply(Step<TState, TOutput> step)
    {
        _state = step.State;
        var restartsTimer = false;
        foreach (var output in step.Outputs)
        {
            Execute(output);
            restartsTimer |= RestartsTimer(output);
        }

        if (_outcome is { } outcome)
        {
            _times.Ended(outcome, Now);
            _spans.Ended(outcome);
            Context.Parent.Tell(new Transfer.Ended(Id, outcome)
            {
                Method = _times.Method,
                Bytes = _times.Bytes,
                IsUnsupported = IsUnsupported,
            });
            Context.Stop(Self);
            return;
        }

        var phase = PhaseOf(step.State);
        if (phase != Phase || restartsTimer)
        {
            _timer.Set(TimeFor(step.State));
        }

        if (phase != Phase)
        {
            Phase = phase;
            _times.Entered(phase, Now);
            _spans.Entered(phase);
            ReportState();
        }
    }

    private TInput? BytesHaveMoved(long bytes)
    {
        _times.Moved(bytes, Now);
        Report(new Transfer.Progressed(Id, bytes, TotalFor(bytes)));
        if (Phase is TransferState.Activated or TransferState.Streaming)
        {
            _timer.Set(TimeFor(_state));
        }

        return bytes > 0 ? Moved : null;
    }

    /// <summary>Its pause does not hold the timers any more.</summary>
    private TInput FlowHasEnded(FlowEnd end)
    {
        _flows = false;
        return Ending(end);
    }

    /// <summary>To the parent first: what the observer then sends to it must find the new state.</summary>
    private void ReportState()
    {
        var entered = new Transfer.Entered(Id, Phase, Context.System.Scheduler.Now, Address);
        Context.Parent.Tell(entered);
        Report(entered);
    }

    private sealed record BytesMoved(int Flow, long Bytes);

    private sealed record FlowOver(int Flow, FlowEnd End);
}
