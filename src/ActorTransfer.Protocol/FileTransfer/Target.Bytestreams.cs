using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

/// <content>The bytestreams that the initiator opens: SOCKS5 (XEP-0065) and in-band (XEP-0047), and the change from one to the other.</content>
internal static partial class Target
{
    /// <summary>Lists of streamhosts in one session. Peers send one; a few more leave room for those that try again.</summary>
    internal const int MaxStreamhostLists = 4;

    private static Step<TargetState, TargetOutput> StreamhostsOffered(TargetState state, Iq request)
    {
        if (state.Streamhosts is { } pending && pending.Id == request.Id)
        {
            return Step<TargetState, TargetOutput>.Ignore(state); // the same stanza again: its one response follows
        }

        if (state.Phase is not (TransferState.Accepted or TransferState.StreamhostReceived) || (state.Methods & StreamMethods.Socks5) == StreamMethods.None)
        {
            return Answer(state, request.Fail(StanzaError.NotAcceptable with { Type = ErrorType.Cancel }));
        }

        if (!StreamHostOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            return Answer(state, request.Fail(refusal));
        }

        if (state.StreamhostLists >= MaxStreamhostLists)
        {
            return Answer(state, request.Fail(StanzaError.NotAcceptable with { Type = ErrorType.Cancel, Text = "Too many lists of streamhosts." }));
        }

        var destination = offer.DstAddr is { } given && DestinationAddress.TryParse(given, out var parsed)
            ? parsed
            : DestinationAddress.Compute(offer.SessionId, request.From ?? state.Peer, request.To ?? state.Self);
        ImmutableArray<StreamHost> hosts = [.. offer.Hosts.Where(host => state.Methods.HasFlag(StreamMethods.Socks5) || MethodOf(state, host) == Only(state))];
        ImmutableArray<TargetOutput> connect = [new TargetOutput.Connect(hosts, destination)];
        ImmutableArray<TargetOutput> outputs = state.Streamhosts is { } earlier
            ? [new TargetOutput.Reply(earlier.Fail(StanzaError.Conflict)), .. connect]
            : connect;
        return Go(state with { Streamhosts = request, StreamhostLists = state.StreamhostLists + 1, Tried = [] }, TransferState.StreamhostReceived, outputs);
    }

    private static StreamMethod Only(TargetState state) => state.Methods.HasFlag(StreamMethods.Direct) ? StreamMethod.Direct : StreamMethod.Proxy;

    /// <summary>Direct streamhosts carry the initiator's own JID (XEP-0065 §4.1).</summary>
    private static StreamMethod MethodOf(TargetState state, StreamHost host) =>
        JidEquivalence.Comparer.Equals(host.Jid, state.Peer) ? StreamMethod.Direct : StreamMethod.Proxy;

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
        return Go(state with { Tried = rest.Add((tried.Host, tried.Reason)) }, state.Phase);
    }

    private static string Describe(ImmutableArray<(StreamHost Host, string? Reason)> tried) =>
        string.Join("; ", tried.Select(entry => $"{entry.Host.Describe()}: {entry.Reason ?? "no response so far"}"));

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
}
