using System.Collections.Immutable;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The target's side of XEP-0096 over XEP-0095, XEP-0065 and XEP-0047, as pure steps. Whatever method was agreed, an in-band bytestream
/// with the session's id is accepted until bytes have arrived otherwise: this is how initiators fall back.
/// </summary>
internal static partial class Target
{
    /// <summary>Applies one input.</summary>
    public static Step<TargetState, TargetOutput> Next(TargetState state, TargetInput input)
    {
        if (state.Phase.IsEnd())
        {
            return Step<TargetState, TargetOutput>.Ignore(state);
        }

        if (state.IsPuttingInPlace && input is (TargetInput.Cancel or TargetInput.TimedOut or TargetInput.LinkLost))
        {
            return Step<TargetState, TargetOutput>.Ignore(state);
        }

        return (state.Phase, input) switch
        {
            (_, TargetInput.Cancel cancel) => Cancel(state, cancel.Reason),
            (_, TargetInput.TimedOut) => TimedOut(state),
            (_, TargetInput.LinkLost) when state.Phase < TransferState.Connected =>
                Fail(state, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost."),
            (TransferState.Offer, TargetInput.Begin) => ProcessOffer(state),
            (TransferState.Offer, TargetInput.HostAccepted accepted) => Accept(state, accepted),
            (TransferState.Offer, TargetInput.HostDeclined declined) => Decline(state, declined),
            (_, TargetInput.StreamhostsOffered offered) => StreamhostsOffered(state, offered.Request),
            (_, TargetInput.InBandOffered offered) => InBandOffered(state, offered.Request),
            (TransferState.Accepted, TargetInput.InBandUp) when state.Method == StreamMethod.InBand =>
                Go(state, TransferState.Streaming, new TargetOutput.StartFlow(StreamMethod.InBand, null)),
            (TransferState.StreamhostReceived, TargetInput.LinkUp up) => LinkUp(state, up.Host),
            (TransferState.StreamhostReceived, TargetInput.StreamhostTried tried) => Tried(state, tried),
            (TransferState.StreamhostReceived, TargetInput.LinkFailed failed) => Unreachable(state, FailureReason.StreamhostUnreachable, failed.Detail),
            (TransferState.Connected or TransferState.Activated or TransferState.Streaming, TargetInput.Arrived) =>
                Go(state with { IsPuttingInPlace = true }, state.Phase, new TargetOutput.PutInPlace()),
            (TransferState.Connected, TargetInput.Progressed) => Go(state, TransferState.Activated),
            (TransferState.Activated, TargetInput.Progressed) => Go(state, TransferState.Streaming),
            (TransferState.Connected or TransferState.Activated or TransferState.Streaming, TargetInput.FlowEnded ended) => FlowEnded(state, ended.End),
            _ => Step<TargetState, TargetOutput>.Ignore(state),
        };
    }

    private static Step<TargetState, TargetOutput> ProcessOffer(TargetState state) =>
        Choose(state, StreamMethods.All) is null ? NoMethod(state) : Go(state, TransferState.Offer, new TargetOutput.AskHost());

    private static Step<TargetState, TargetOutput> NoMethod(TargetState state) => End(
        state,
        new TransferOutcome.Failed(state.Phase, TransferSide.Peer, FailureReason.NoMethod, "The offer contains no supported stream method."),
        state.Request.Fail(SiErrors.NoValidStreams));

    private static Step<TargetState, TargetOutput> Accept(TargetState state, TargetInput.HostAccepted accepted)
    {
        if (Choose(state, accepted.Methods) is not { } method)
        {
            return NoMethod(state);
        }

        var acceptance = new SiAccept([method], accepted.Offset > 0 ? new FileRange(accepted.Offset, null) : null);
        return Go(state with { Methods = accepted.Methods }, TransferState.Accepted, new TargetOutput.Reply(state.Request.Result(acceptance.ToXml())));
    }

    /// <summary>
    /// The order in an offer is not a preference (peers list in-band first without meaning one): SOCKS5 if both sides support it, but
    /// in-band for an empty file, whose end is then a stanza and not just a connection that closes at once.
    /// </summary>
    private static string? Choose(TargetState state, StreamMethods methods) =>
        state.Offer.File.Size == 0 && methods.HasFlag(StreamMethods.InBand) && state.Offer.Methods.Contains(Namespaces.Ibb) ? Namespaces.Ibb
        : (methods & StreamMethods.Socks5) != StreamMethods.None && state.Offer.Methods.Contains(Namespaces.Bytestreams) ? Namespaces.Bytestreams
        : methods.HasFlag(StreamMethods.InBand) && state.Offer.Methods.Contains(Namespaces.Ibb) ? Namespaces.Ibb
        : null;

    private static Step<TargetState, TargetOutput> Decline(TargetState state, TargetInput.HostDeclined declined)
    {
        var error = declined.Error;
        return End(state, new TransferOutcome.Refused(TransferSide.Local, declined.Detail ?? error.Text ?? error.Condition), state.Request.Fail(error));
    }

    private static Step<TargetState, TargetOutput> Cancel(TargetState state, string? reason)
    {
        var outcome = new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = reason };
        return state.Phase switch
        {
            TransferState.Offer => End(
                state, outcome, state.Request.Fail(reason is null ? SiErrors.Declined("cancelled") : SiErrors.ResourceConstraint with { Text = reason })),
            TransferState.StreamhostReceived => End(state, outcome, state.Streamhosts!.Fail(StanzaError.NotAcceptable with { Text = reason })),
            _ => End(state, outcome),
        };
    }

    private static Step<TargetState, TargetOutput> TimedOut(TargetState state) => state.Phase switch
    {
        TransferState.Offer => End(
            state,
            new TransferOutcome.Failed(state.Phase, TransferSide.Local, FailureReason.Timeout, "The offer timed out without a decision."),
            state.Request.Fail(SiErrors.Declined("timed out"))),
        TransferState.Accepted when state.Socks5Failure is { } failure => End(state, failure),
        TransferState.Accepted => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The initiator opened no bytestream in time."),
        TransferState.StreamhostReceived =>
            Unreachable(state, FailureReason.Timeout, $"No streamhost could be reached in time. {Describe(state.Tried)}".TrimEnd()),
        TransferState.Connected => Fail(state, TransferSide.Peer, FailureReason.Timeout, "No bytes were received after the streamhost was agreed."),
        _ => Fail(state, TransferSide.Peer, FailureReason.Timeout, "No bytes were transferred in time."),
    };

    private static Step<TargetState, TargetOutput> Answer(TargetState state, Iq answer) => Go(state, state.Phase, new TargetOutput.Reply(answer));

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
