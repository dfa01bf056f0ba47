using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The target's side of XEP-0096 over XEP-0095, XEP-0065 and XEP-0047, as pure steps. Whatever method was agreed, an in-band bytestream
/// with the session's id is accepted until bytes have arrived otherwise: this is how initiators fall back.
/// </summary>
internal static class Target
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
            (_, TargetInput.Cancel) => Cancel(state),
            (_, TargetInput.TimedOut) => TimedOut(state),
            (_, TargetInput.LinkLost) when state.Phase < TransferState.Connected || state.Method == StreamMethod.InBand =>
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

    private static Step<TargetState, TargetOutput> StreamhostsOffered(TargetState state, Iq request)
    {
        if (state.Phase is not (TransferState.Accepted or TransferState.StreamhostReceived) || (state.Methods & StreamMethods.Socks5) == StreamMethods.None)
        {
            return Answer(state, request.Fail(StanzaError.NotAcceptable with { Type = ErrorType.Cancel }));
        }

        if (!StreamHostOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            return Answer(state, request.Fail(refusal));
        }

        var destination = offer.DstAddr is { } given && DestinationAddress.TryParse(given, out var parsed)
            ? parsed
            : DestinationAddress.Compute(offer.SessionId, request.From ?? state.Peer, request.To ?? state.Self);
        ImmutableArray<StreamHost> hosts = [.. offer.Hosts.Where(host => state.Methods.HasFlag(StreamMethods.Socks5) || MethodOf(state, host) == Only(state))];
        ImmutableArray<TargetOutput> connect = [new TargetOutput.Connect(hosts, destination)];
        ImmutableArray<TargetOutput> outputs = state.Streamhosts is { } earlier
            ? [new TargetOutput.Reply(earlier.Fail(StanzaError.Conflict)), .. connect]
            : connect;
        return Go(state with { Streamhosts = request, Tried = [] }, TransferState.StreamhostReceived, outputs);
    }

    private static StreamMethod Only(TargetState state) => state.Methods.HasFlag(StreamMethods.Direct) ? StreamMethod.Direct : StreamMethod.Proxy;

    /// <summary>Direct streamhosts carry the initiator's own JID (XEP-0065 §4.1).</summary>
    private static StreamMethod MethodOf(TargetState state, StreamHost host) => JidEquivalence.Comparer.Equals(host.Jid, state.Peer) ? StreamMethod.Direct : StreamMethod.Proxy;

    private static Step<TargetState, TargetOutput> LinkUp(TargetState state, StreamHost host)
    {
        var answer = state.Streamhosts!.Result(new StreamHostUsed(host.Jid).ToXml(state.Offer.SessionId));
        var method = MethodOf(state, host);
        return Go(
            state with { Streamhosts = null, Method = method },
            TransferState.Connected,
            new TargetOutput.Reply(answer),
            new TargetOutput.StartFlow(method, host));
    }

    /// <summary>Refused unless the session is agreed and no bytes have arrived by another method.</summary>
    private static Step<TargetState, TargetOutput> InBandOffered(TargetState state, Iq request)
    {
        var isOpen = state.Phase is TransferState.Accepted or TransferState.StreamhostReceived or TransferState.Connected;
        if (!isOpen || state.IsPuttingInPlace || !state.Methods.HasFlag(StreamMethods.InBand))
        {
            return Answer(state, request.Fail(StanzaError.NotAcceptable with { Type = ErrorType.Cancel }));
        }

        ImmutableArray<TargetOutput> open = [new TargetOutput.OpenInBand(request)];
        ImmutableArray<TargetOutput> outputs = state.Streamhosts is { } owed
            ? [new TargetOutput.Reply(owed.Fail(StanzaError.ItemNotFound)), .. open]
            : open;
        return Go(state with { Streamhosts = null, Method = StreamMethod.InBand }, TransferState.Accepted, outputs);
    }

    private static Step<TargetState, TargetOutput> FlowEnded(TargetState state, FlowEnd end)
    {
        var outcome = FlowOutcomes.Outcome(state.Phase, end, state.Method);
        var brokeAtPeer = end is FlowEnd.ClosedByPeer or FlowEnd.Broken { Side: not TransferSide.Local };
        return state.Phase == TransferState.Connected && brokeAtPeer ? AwaitFallback(state, outcome) : End(state, outcome);
    }

    /// <summary>The last report about each candidate counts.</summary>
    private static Step<TargetState, TargetOutput> Tried(TargetState state, TargetInput.StreamhostTried tried)
    {
        var rest = state.Tried.RemoveAll(entry => entry.Host == tried.Host);
        return Go(state with { Tried = rest.Add((tried.Host, tried.Why)) }, state.Phase);
    }

    private static string Describe(ImmutableArray<(StreamHost Host, string? Why)> tried) =>
        string.Join("; ", tried.Select(entry => $"{entry.Host.Describe()}: {entry.Why ?? "no response so far"}"));

    private static Step<TargetState, TargetOutput> Unreachable(TargetState state, FailureReason reason, string detail)
    {
        var answer = new TargetOutput.Reply(state.Streamhosts!.Fail(StanzaError.ItemNotFound));
        return AwaitFallback(state, new TransferOutcome.Failed(state.Phase, TransferSide.Proxy, reason, detail), answer);
    }

    /// <summary>The initiator may still open an in-band bytestream until this state's timer fires.</summary>
    private static Step<TargetState, TargetOutput> AwaitFallback(
        TargetState state, TransferOutcome failure, params ImmutableArray<TargetOutput> outputs) =>
        state.Methods.HasFlag(StreamMethods.InBand)
            ? Go(state with { Streamhosts = null, Method = null, Socks5Failure = failure }, TransferState.Accepted, outputs)
            : Go(state, failure.EndState, [.. outputs, new TargetOutput.Finish(failure)]);

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
            new TransferOutcome.Failed(state.Phase, TransferSide.Local, FailureReason.Timeout, "The offer timed out without a decision."),
            state.Request.Fail(SiErrors.Declined("timed out"))),
        TransferState.Accepted when state.Socks5Failure is { } failure => End(state, failure),
        TransferState.Accepted => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The initiator opened no bytestream in time."),
        TransferState.StreamhostReceived => Unreachable(state, FailureReason.Timeout, $"No streamhost could be reached in time. {Describe(state.Tried)}".TrimEnd()),
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
