using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Transports;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// What both roles share: an FSM whose states are the conversation's, that feeds the pure conversation with what happens and carries out what it says.
/// Child of <see cref="TransfersActor"/>; stopped, never restarted, since a half-done conversation cannot be replayed. Every state has a timer.
/// It ends with one <see cref="Transfers.Ended"/> to its parent; links, files and streams do not outlive it.
/// </summary>
/// <typeparam name="TConversation">State of the conversation.</typeparam>
/// <typeparam name="TInput">Its inputs.</typeparam>
/// <typeparam name="TOutput">Its outputs.</typeparam>
internal abstract class TransferActor<TConversation, TInput, TOutput> : FSM<TransferState, TConversation>
    where TConversation : class
    where TInput : class
{
    private const string PhaseTimer = "phase";
    private readonly CancellationTokenSource _life = new();
    private TransferOutcome? _outcome;

    protected TransferActor(TransferId id, Jid self, TConversation start)
    {
        Id = id;
        Address = self;
        foreach (var state in Enum.GetValues<TransferState>().Where(state => !state.IsEnd()))
        {
            When(state, Handle);
        }

        OnTransition((from, to) => Entered(from, to));
        StartWith(TransferState.Offer, start);
        Initialize();
        Context.Parent.Tell(new Transfers.Entered(Id, TransferState.Offer, Context.System.Scheduler.Now, Address));
    }

    protected TransferId Id { get; }

    /// <summary>This side's full JID.</summary>
    protected Jid Address { get; }

    /// <summary>Cancelled when the actor stops: ends connects under way, and whatever was tied to it.</summary>
    protected CancellationToken Life => _life.Token;

    protected abstract TInput Begin { get; }

    protected abstract TInput TimedOut { get; }

    protected abstract TInput Cancelled { get; }

    protected abstract TInput Moved { get; }

    /// <summary>The pure conversation.</summary>
    protected abstract Step<TConversation, TOutput> Next(TConversation state, TInput input);

    protected abstract TransferState PhaseOf(TConversation state);

    protected abstract TimeSpan TimeFor(TransferState state);

    /// <summary>Reads a message of the world; null = nothing for the conversation.</summary>
    protected abstract TInput? Translate(object message);

    protected abstract void Perform(TOutput output);

    protected abstract TInput Ending(FlowEnd end);

    protected override void PreStart()
    {
        base.PreStart();
        SetTimer(PhaseTimer, new PhaseOver(TransferState.Offer), TimeFor(TransferState.Offer), false);
        Start();
    }

    /// <summary>Lets the conversation begin, now or after a look around.</summary>
    protected virtual void Start() => Self.Tell(Begin);

    protected override void PostStop()
    {
        _life.Cancel();
        _life.Dispose();
        base.PostStop();
    }

    protected void Finish(TransferOutcome outcome) => _outcome = outcome;

    /// <summary>Runs a byte flow and feeds its end to the conversation.</summary>
    /// <param name="flow">Its end.</param>
    /// <param name="source">Where the bytes come from.</param>
    protected void Run(Task<FlowEnd> flow, TransferSide source) =>
        flow.PipeTo(Self, success: Ending, failure: exception => Ending(FlowFaults.Read(exception, source)));

    /// <summary>What the progress stage of a byte flow calls, on the stream's thread.</summary>
    protected Action<long> ProgressReport()
    {
        var self = Self;
        return bytes => self.Tell(new BytesMoved(bytes), ActorRefs.NoSender);
    }

    protected abstract long Total { get; }

    private State<TransferState, TConversation> Handle(Event<TConversation> happened)
    {
        var input = happened.FsmEvent switch
        {
            PhaseOver over when over.Phase != StateName => null,
            PhaseOver => TimedOut,
            Transfers.Cancel => Cancelled,
            BytesMoved moved => BytesHaveMoved(moved.Bytes),
            TInput direct => direct,
            var message => Translate(message),
        };
        return input is null ? Stay() : Carry(Next(happened.StateData, input));
    }

    private State<TransferState, TConversation> Carry(Step<TConversation, TOutput> step)
    {
        foreach (var output in step.Outputs)
        {
            Perform(output);
        }

        if (_outcome is { } outcome)
        {
            Context.Parent.Tell(new Transfers.Ended(Id, outcome));
            return Stop();
        }

        var phase = PhaseOf(step.State);
        return phase == StateName ? Stay().Using(step.State) : GoTo(phase).Using(step.State);
    }

    private TInput? BytesHaveMoved(long bytes)
    {
        Context.Parent.Tell(new Transfers.Progressed(Id, bytes, Total));
        if (StateName is TransferState.Activated or TransferState.Streaming)
        {
            StartPhaseTimer(StateName);
        }

        return bytes > 0 ? Moved : null;
    }

    private void Entered(TransferState from, TransferState to)
    {
        if (from == to)
        {
            return;
        }

        StartPhaseTimer(to);
        Context.Parent.Tell(new Transfers.Entered(Id, to, Context.System.Scheduler.Now, Address));
    }

    private void StartPhaseTimer(TransferState state) => SetTimer(PhaseTimer, new PhaseOver(state), TimeFor(state), false);

    private sealed record PhaseOver(TransferState Phase);

    private sealed record BytesMoved(long Bytes);
}
