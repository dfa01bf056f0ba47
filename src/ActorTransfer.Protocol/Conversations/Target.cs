using System.Collections.Immutable;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What can happen to a target.</summary>
public abstract record TargetInput
{
    /// <summary>Start: look at the offer.</summary>
    public sealed record Begin : TargetInput;

    /// <summary>The host wants the file and is ready to write it.</summary>
    public sealed record HostAccepted : TargetInput;

    /// <summary>The host does not want the file, or cannot take it.</summary>
    public sealed record HostDeclined(StanzaError Error) : TargetInput;

    /// <summary>The initiator's streamhosts arrived in this iq.</summary>
    public sealed record StreamhostsOffered(Iq Request) : TargetInput;

    /// <summary>The SOCKS5 handshake with this streamhost is done.</summary>
    public sealed record LinkUp(StreamHost Host) : TargetInput;

    /// <summary>No streamhost could be reached.</summary>
    public sealed record LinkFailed(string Detail) : TargetInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : TargetInput;

    /// <summary>The byte flow ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : TargetInput;

    /// <summary>The link to the server is gone; nothing can be answered any more.</summary>
    public sealed record LinkLost : TargetInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : TargetInput;

    /// <summary>The host wants out.</summary>
    public sealed record Cancel : TargetInput;
}

/// <summary>What a target wants done.</summary>
public abstract record TargetOutput
{
    /// <summary>Ask the host whether it wants the file.</summary>
    public sealed record AskHost : TargetOutput;

    /// <summary>Send this answer.</summary>
    public sealed record Reply(Iq Answer) : TargetOutput;

    /// <summary>Try these hosts, best first; report <see cref="TargetInput.LinkUp"/> or <see cref="TargetInput.LinkFailed"/>.
    /// An older attempt of the same transfer is abandoned.</summary>
    public sealed record Connect(ImmutableArray<StreamHost> Hosts, DestinationAddress Destination) : TargetOutput;

    /// <summary>Receive the file; report progress and <see cref="TargetInput.FlowEnded"/>.</summary>
    public sealed record StartFlow : TargetOutput;

    /// <summary>The conversation is over; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : TargetOutput;
}

/// <summary>State of a target's conversation.</summary>
/// <param name="Request">The iq that holds the offer; its answer is owed.</param>
/// <param name="Offer">The offer in it.</param>
public sealed record TargetState(Iq Request, SiOffer Offer)
{
    /// <summary>Where the transfer stands.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>The iq with the streamhosts, while its answer is owed.</summary>
    public Iq? Streamhosts { get; init; }

    /// <summary>The initiator, as the offer was stamped by its server.</summary>
    public Jid Peer => Request.From ?? throw new InvalidOperationException("An offer without a sender has no target conversation.");

    /// <summary>This side, as the offer was addressed.</summary>
    public Jid Self => Request.To ?? throw new InvalidOperationException("An offer without an addressee has no target conversation.");
}

/// <summary>The target's side of XEP-0096 over XEP-0095 and XEP-0065, as pure steps.</summary>
public static class Target
{
    /// <summary>More streamhosts than this are not tried: a peer must not make this side knock at doors without end.</summary>
    public const int MaxStreamhosts = 16;

    /// <summary>Methods that this side can receive with, in order of preference.</summary>
    public static ImmutableArray<string> Methods { get; } = [Namespaces.Bytestreams];

    /// <summary>Carries the conversation one input further.</summary>
    public static Step<TargetState, TargetOutput> Next(TargetState state, TargetInput input)
    {
        if (state.Phase.IsEnd())
        {
            return Step<TargetState, TargetOutput>.Ignore(state);
        }

        return (state.Phase, input) switch
        {
            (_, TargetInput.Cancel) => Cancel(state),
            (_, TargetInput.TimedOut) => TimedOut(state),
            (_, TargetInput.LinkLost) when state.Phase < TransferState.Connected =>
                Fail(state, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost."),
            (TransferState.Offer, TargetInput.Begin) => Look(state),
            (TransferState.Offer, TargetInput.HostAccepted) => Accept(state),
            (TransferState.Offer, TargetInput.HostDeclined declined) => Decline(state, declined.Error),
            (_, TargetInput.StreamhostsOffered offered) => StreamhostsOffered(state, offered.Request),
            (TransferState.StreamhostReceived, TargetInput.LinkUp up) => LinkUp(state, up.Host),
            (TransferState.StreamhostReceived, TargetInput.LinkFailed failed) => Unreachable(state, FailureReason.StreamhostUnreachable, failed.Detail),
            (TransferState.Connected, TargetInput.Progressed) => Go(state, TransferState.Activated),
            (TransferState.Activated, TargetInput.Progressed) => Go(state, TransferState.Streaming),
            (TransferState.Connected or TransferState.Activated or TransferState.Streaming, TargetInput.FlowEnded ended) =>
                End(state, Flows.Outcome(state.Phase, ended.End)),
            _ => Step<TargetState, TargetOutput>.Ignore(state),
        };
    }

    private static Step<TargetState, TargetOutput> Look(TargetState state)
    {
        if (state.Offer.Methods.Any(Methods.Contains))
        {
            return Go(state, TransferState.Offer, new TargetOutput.AskHost());
        }

        return End(
            state,
            new TransferOutcome.Failed(state.Phase, TransferSide.Peer, FailureReason.NoMethod, "The offer names no stream method that is known here."),
            state.Request.Fail(SiErrors.NoValidStreams));
    }

    private static Step<TargetState, TargetOutput> Accept(TargetState state)
    {
        var chosen = Methods.First(state.Offer.Methods.Contains);
        return Go(state, TransferState.Accepted, new TargetOutput.Reply(state.Request.Result(new SiAccept([chosen]).ToXml())));
    }

    private static Step<TargetState, TargetOutput> Decline(TargetState state, StanzaError error) =>
        End(state, new TransferOutcome.Refused(TransferSide.Local, error.Text ?? error.Condition), state.Request.Fail(error));

    private static Step<TargetState, TargetOutput> StreamhostsOffered(TargetState state, Iq request)
    {
        if (state.Phase is not (TransferState.Accepted or TransferState.StreamhostReceived))
        {
            return Go(state, state.Phase, new TargetOutput.Reply(request.Fail(StanzaError.NotAcceptable)));
        }

        if (!StreamHostOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            return Go(state, state.Phase, new TargetOutput.Reply(request.Fail(refusal)));
        }

        var destination = offer.DstAddr is { } given && DestinationAddress.TryParse(given, out var parsed)
            ? parsed
            : DestinationAddress.Compute(offer.SessionId, state.Peer, state.Self);
        ImmutableArray<TargetOutput> connect = [new TargetOutput.Connect([.. offer.Hosts.Take(MaxStreamhosts)], destination)];
        ImmutableArray<TargetOutput> outputs = state.Streamhosts is { } earlier
            ? [new TargetOutput.Reply(earlier.Fail(StanzaError.Conflict)), .. connect]
            : connect;
        return Go(state with { Streamhosts = request }, TransferState.StreamhostReceived, outputs);
    }

    private static Step<TargetState, TargetOutput> LinkUp(TargetState state, StreamHost host)
    {
        var answer = state.Streamhosts!.Result(new StreamHostUsed(host.Jid).ToXml(state.Offer.SessionId));
        return Go(state with { Streamhosts = null }, TransferState.Connected, new TargetOutput.Reply(answer), new TargetOutput.StartFlow());
    }

    private static Step<TargetState, TargetOutput> Unreachable(TargetState state, FailureReason reason, string detail) =>
        End(
            state,
            new TransferOutcome.Failed(state.Phase, TransferSide.Proxy, reason, detail),
            state.Streamhosts!.Fail(StanzaError.ItemNotFound));

    private static Step<TargetState, TargetOutput> Cancel(TargetState state)
    {
        var outcome = new TransferOutcome.Cancelled(state.Phase, TransferSide.Local);
        return state.Phase switch
        {
            TransferState.Offer => End(state, outcome, state.Request.Fail(SiErrors.Declined("cancelled"))),
            TransferState.StreamhostReceived => End(state, outcome, state.Streamhosts!.Fail(StanzaError.NotAcceptable)),
            _ => End(state, outcome),
        };
    }

    private static Step<TargetState, TargetOutput> TimedOut(TargetState state) => state.Phase switch
    {
        TransferState.Offer => End(
            state,
            new TransferOutcome.Failed(state.Phase, TransferSide.Local, FailureReason.Timeout, "Nobody here decided on the offer in time."),
            state.Request.Fail(SiErrors.Declined("timed out"))),
        TransferState.Accepted => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The initiator sent no streamhosts in time."),
        TransferState.StreamhostReceived => Unreachable(state, FailureReason.Timeout, "No streamhost could be reached in time."),
        TransferState.Connected => Fail(state, TransferSide.Peer, FailureReason.Timeout, "No byte came after the streamhost was agreed."),
        _ => Fail(state, TransferSide.Peer, FailureReason.Timeout, "No byte moved in time."),
    };

    private static Step<TargetState, TargetOutput> Go(TargetState state, TransferState phase, params ImmutableArray<TargetOutput> outputs) =>
        new(state with { Phase = phase }, outputs);

    private static Step<TargetState, TargetOutput> Fail(TargetState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static Step<TargetState, TargetOutput> End(TargetState state, TransferOutcome outcome, Iq? lastAnswer = null)
    {
        ImmutableArray<TargetOutput> finish = [new TargetOutput.Finish(outcome)];
        return Go(state, outcome.EndState, lastAnswer is null ? finish : finish.Insert(0, new TargetOutput.Reply(lastAnswer)));
    }
}
