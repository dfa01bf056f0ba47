using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The initiator's side of XEP-0096 over XEP-0095, XEP-0065 and XEP-0047, as pure steps: offer, accepted, proxy discovered, streamhost
/// sent, connected, activated, streaming. When SOCKS5 bytestreams fail before any bytes were sent, the same session falls back to in-band
/// bytestreams; when the peer refuses that, one more offer lists in-band bytestreams only (XEP-0096 requires a fallback but does not define
/// it; peers do it this way). When the peer gets in-band blocks out of order, one more offer sends the file one block at a time.
/// </summary>
internal static class Initiator
{
    /// <summary>Applies one input.</summary>
    public static Step<InitiatorState, InitiatorOutput> Next(InitiatorState state, InitiatorInput input)
    {
        if (state.Phase.IsEnd())
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state);
        }

        return (state.Phase, input) switch
        {
            (_, InitiatorInput.Cancel) => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local)),
            (_, InitiatorInput.TimedOut) => TimedOut(state),
            (TransferState.Offer, InitiatorInput.Begin begin) => Begin(state, begin.File),
            (TransferState.Offer, InitiatorInput.Unreadable unreadable) =>
                Fail(state, TransferSide.Local, FailureReason.FileUnreadable, unreadable.Detail),
            (TransferState.Offer, InitiatorInput.Answered { Request: InitiatorRequest.Offer } a) => OfferAnswered(state, a.Answer),
            (_, InitiatorInput.InBandUp) when state.IsOpeningInBand => Flow(state, StreamMethod.InBand, null),
            (_, InitiatorInput.InBandFailed failed) when state.IsOpeningInBand => InBandFailed(state, failed),
            (TransferState.Streaming, InitiatorInput.InBandOrderLost lost) when state.Method == StreamMethod.InBand => OrderLost(state, lost.Detail),
            (TransferState.Activated, InitiatorInput.Progressed) => Go(state, TransferState.Streaming),
            (TransferState.Activated or TransferState.Streaming, InitiatorInput.FlowEnded ended) =>
                End(state, FlowOutcomes.Outcome(state.Phase, ended.End, state.Method)),
            _ when state.IsOpeningInBand => Step<InitiatorState, InitiatorOutput>.Ignore(state),
            _ => Socks5(state, input),
        };
    }

    private static Step<InitiatorState, InitiatorOutput> Socks5(InitiatorState state, InitiatorInput input) => (state.Phase, input) switch
    {
        (TransferState.Accepted, InitiatorInput.HostsFound found) => HostsFound(state, found),
        (TransferState.ProxyDiscovered, InitiatorInput.Listening) => SendStreamhosts(state),
        (TransferState.StreamhostSent, InitiatorInput.Answered { Request: InitiatorRequest.Streamhosts } a) when state.Candidates.IsEmpty =>
            StreamhostsAnswered(state, a.Answer),
        (TransferState.StreamhostSent, InitiatorInput.LinkUp up) when !state.Candidates.IsEmpty => LinkUp(state, up),
        (TransferState.StreamhostSent, InitiatorInput.LinkFailed failed) when !state.Candidates.IsEmpty => LinkFailed(state, failed),
        (TransferState.Connected, InitiatorInput.Answered { Request: InitiatorRequest.Activation } a) => ActivationAnswered(state, a.Answer),
        _ => Step<InitiatorState, InitiatorOutput>.Ignore(state),
    };

    private static Step<InitiatorState, InitiatorOutput> Begin(InitiatorState state, FileDescription? file) =>
        SendOffer(file is null ? state : state with { Plan = state.Plan with { File = file } });

    private static Step<InitiatorState, InitiatorOutput> SendOffer(InitiatorState state, params ImmutableArray<InitiatorOutput> before)
    {
        var offer = new SiOffer(state.SessionId, state.Plan.File, state.Methods);
        return Go(state, TransferState.Offer, [.. before, new InitiatorOutput.Ask(InitiatorRequest.Offer, state.Plan.Peer, offer.ToXml())]);
    }

    private static Step<InitiatorState, InitiatorOutput> OfferAnswered(InitiatorState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result:
                return Accepted(UseSpelling(state, result.Respelled), SiAccept.Read(result.Payload));
            case Answer.Error error when Refusals.IsDecline(error.Stanza):
                return End(state, new TransferOutcome.Refused(TransferSide.Peer, error.Stanza.Text ?? error.Stanza.Condition));
            case Answer.Error when (state.InBandFailure ?? state.Socks5Failure) is { } first:
                return End(state, first);
            case Answer.Error { Stanza.Condition: ErrorConditions.BadRequest } when state is { Plan: { PrefersInBand: true, MayGoSocks5: true }, IsSecondOffer: false }
                && state.Plan.SecondSessionId is { } second:
                return OfferAgain(state, second, Namespaces.Bytestreams);
            case Answer.Error error:
                var (side, reason) = Refusals.OfOffer(error.Stanza);
                return Fail(state, side, reason, $"The peer responded to the offer with {error.Stanza.Describe()}.");
            default:
                return Unanswered(state, answer, TransferSide.Peer, "the offer");
        }
    }

    /// <summary>The peer knows itself by the address that its server writes, and computes the SOCKS5 address with it.</summary>
    private static InitiatorState UseSpelling(InitiatorState state, Jid? peer) =>
        peer is null ? state : state with { Plan = state.Plan with { Peer = peer } };

    /// <summary>Several values list the methods the peer supports: SOCKS5 first, and in-band within the same session if that fails.</summary>
    private static Step<InitiatorState, InitiatorOutput> Accepted(InitiatorState state, SiAccept accept)
    {
        if (!accept.Methods.Any(state.Methods.Contains))
        {
            return Fail(state, TransferSide.Peer, FailureReason.NoMethod, "The peer accepted without selecting an offered stream method.");
        }

        var range = accept.Range ?? default;
        if (!range.FitsIn(state.Plan.File.Size))
        {
            return Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer requested a range outside the file.");
        }

        if (!range.IsWhole && !state.Plan.File.Ranged)
        {
            return Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer requested a range, which was not offered.");
        }

        state = state with { Range = range };
        var socks5 = accept.Methods.Contains(Namespaces.Bytestreams) && state.Methods.Contains(Namespaces.Bytestreams);
        return socks5 ? Go(state, TransferState.Accepted, new InitiatorOutput.FindHosts()) : OpenInBand(state, TransferState.Accepted);
    }

    private static Step<InitiatorState, InitiatorOutput> HostsFound(InitiatorState state, InitiatorInput.HostsFound found)
    {
        if (found.Hosts.IsEmpty)
        {
            return found.LinkLost
                ? Fail(state, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost during proxy discovery.")
                : FallBack(state, TransferSide.Server, FailureReason.NoStreamhost, "No proxy was found, and direct connections are not allowed.");
        }

        return Go(state with { Hosts = found.Hosts }, TransferState.ProxyDiscovered, new InitiatorOutput.Listen(state.Destination));
    }

    private static Step<InitiatorState, InitiatorOutput> SendStreamhosts(InitiatorState state)
    {
        // A target in a group chat is addressed by another JID than its own, and cannot compute the address (XEP-0065 §5.3.1).
        var offer = new StreamHostOffer(state.SessionId, state.Hosts, state.Destination.Hex);
        return Go(state, TransferState.StreamhostSent, new InitiatorOutput.Ask(InitiatorRequest.Streamhosts, state.Plan.Peer, offer.ToXml()));
    }

    private static Step<InitiatorState, InitiatorOutput> StreamhostsAnswered(InitiatorState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result when StreamHostUsed.TryRead(result.Payload, out var used):
                return Used(state, used.Jid);
            case Answer.Result:
                return FallBack(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer did not report which streamhost it uses.");
            case Answer.Error error:
                return FallBack(
                    state, TransferSide.Peer, FailureReason.StreamhostUnreachable,
                    $"The peer responded with {error.Stanza.Describe()}. It was offered {Offered(state)}.");
            case Answer.None { Why: NoAnswer.Timeout }:
                return TimedOut(state);
            default:
                return Unanswered(state, answer, TransferSide.Peer, "the streamhosts");
        }
    }

    private static Step<InitiatorState, InitiatorOutput> Used(InitiatorState state, Jid used)
    {
        var candidates = Match(state, used);
        return candidates.IsEmpty
            ? FallBack(state, TransferSide.Peer, FailureReason.StreamhostUnknown, $"The peer uses streamhost {used}, which was not offered.")
            : Go(state with { Candidates = candidates }, TransferState.StreamhostSent, ConnectTo(state, candidates));
    }

    private static string Offered(InitiatorState state) => string.Join("; ", state.Hosts.Select(host => host.Describe()));

    /// <summary>One JID may have several addresses; a bare JID matches an offered one when it is unique.</summary>
    private static ImmutableArray<StreamHost> Match(InitiatorState state, Jid used)
    {
        ImmutableArray<StreamHost> exact = [.. state.Hosts.Where(host => host.Jid == used)];
        ImmutableArray<StreamHost> loose = [.. state.Hosts.Where(host => JidEquivalence.Comparer.Equals(host.Jid.Bare, used.Bare))];
        return exact.IsEmpty && loose.Select(host => host.Jid).Distinct().Count() == 1 ? loose : exact;
    }

    private static InitiatorOutput ConnectTo(InitiatorState state, ImmutableArray<StreamHost> hosts) =>
        IsDirect(state, hosts[0])
            ? new InitiatorOutput.TakeDirect(state.Destination)
            : new InitiatorOutput.Connect(hosts, state.Destination);

    private static bool IsDirect(InitiatorState state, StreamHost host) => host.Jid == state.Plan.Self;

    private static Step<InitiatorState, InitiatorOutput> LinkUp(InitiatorState state, InitiatorInput.LinkUp up)
    {
        var host = up.Host ?? state.Candidates[0];
        if (IsDirect(state, host))
        {
            return Flow(state, StreamMethod.Direct, host);
        }

        var activation = new Activation(state.SessionId, state.Plan.Peer);
        return Go(
            state with { Candidates = [host] },
            TransferState.Connected,
            [.. Failing(up.Failed), new InitiatorOutput.Ask(InitiatorRequest.Activation, host.Jid, activation.ToXml())]);
    }

    private static Step<InitiatorState, InitiatorOutput> LinkFailed(InitiatorState state, InitiatorInput.LinkFailed failed)
    {
        var side = IsDirect(state, state.Candidates[0]) ? TransferSide.Peer : TransferSide.Proxy;
        return FallBack(state, side, FailureReason.StreamhostUnreachable, failed.Detail, Failing(failed.Failed));
    }

    private static ImmutableArray<InitiatorOutput> Failing(ImmutableArray<StreamHost> hosts) =>
        hosts.IsDefault ? [] : [.. hosts.Select(host => new InitiatorOutput.JudgeProxy(host, Served: false))];

    private static Step<InitiatorState, InitiatorOutput> ActivationAnswered(InitiatorState state, Answer answer)
    {
        var host = state.Candidates[0];
        switch (answer)
        {
            case Answer.Result:
                return Flow(state, StreamMethod.Proxy, host, new InitiatorOutput.JudgeProxy(host, Served: true));
            case Answer.Error error:
                var detail = $"The proxy responded to the activation with {error.Stanza.Describe()}.";
                return FallBack(
                    state, TransferSide.Proxy, FailureReason.ActivationRefused, detail, new InitiatorOutput.JudgeProxy(host, Served: false));
            case Answer.None { Why: NoAnswer.Timeout }:
                return TimedOut(state);
            default:
                return Unanswered(state, answer, TransferSide.Proxy, "the activation");
        }
    }

    /// <summary>In-band transfers start with the first block; SOCKS5 transfers with the first progress report.</summary>
    private static Step<InitiatorState, InitiatorOutput> Flow(
        InitiatorState state, StreamMethod method, StreamHost? host, params ImmutableArray<InitiatorOutput> before)
    {
        var flow = new InitiatorOutput.StartFlow(state.Range.Offset, state.Range.LengthIn(state.Plan.File.Size), method, host);
        var phase = method == StreamMethod.InBand ? TransferState.Streaming : TransferState.Activated;
        return Go(state with { Method = method, IsOpeningInBand = false }, phase, [.. before, flow]);
    }

    /// <summary>SOCKS5 bytestreams failed before any bytes were sent.</summary>
    private static Step<InitiatorState, InitiatorOutput> FallBack(
        InitiatorState state, TransferSide side, FailureReason reason, string detail, params ImmutableArray<InitiatorOutput> before)
    {
        var failure = new TransferOutcome.Failed(state.Phase, side, reason, detail);
        if (!state.Plan.MayGoInBand)
        {
            return End(state, failure, before);
        }

        var phase = state.Phase > TransferState.StreamhostSent ? TransferState.StreamhostSent : state.Phase;
        return OpenInBand(state with { Socks5Failure = failure, Candidates = [] }, phase, before);
    }

    private static Step<InitiatorState, InitiatorOutput> OpenInBand(
        InitiatorState state, TransferState phase, params ImmutableArray<InitiatorOutput> before) =>
        Go(state with { IsOpeningInBand = true }, phase, [.. before, new InitiatorOutput.OpenInBand(state.SessionId, state.LeastOrder)]);

    /// <summary>A peer that accepted SOCKS5 only may accept a new offer.</summary>
    private static Step<InitiatorState, InitiatorOutput> InBandFailed(InitiatorState state, InitiatorInput.InBandFailed failed)
    {
        if (failed.Answer is Answer.None { Why: not NoAnswer.Timeout })
        {
            return Unanswered(state, failed.Answer, TransferSide.Peer, "the in-band bytestream");
        }

        if (state.Socks5Failure is not { } first)
        {
            return Fail(state, TransferSide.Peer, failed.Answer is Answer.None ? FailureReason.Timeout : FailureReason.InBandRefused, failed.Detail);
        }

        if (failed.Answer is not Answer.Error || state.IsSecondOffer || state.Plan.SecondSessionId is not { } second)
        {
            return End(state, first);
        }

        return OfferAgain(state, second, Namespaces.Ibb);
    }

    /// <summary>The peer has closed the session, and some peers cannot continue it: the same file is offered once more.</summary>
    private static Step<InitiatorState, InitiatorOutput> OrderLost(InitiatorState state, string detail)
    {
        if (state.InBandFailure is not null || !state.Plan.File.Ranged || state.Plan.LockStepSessionId is not { } session)
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state); // the end of the byte stream ends the transfer
        }

        var failure = new TransferOutcome.Failed(state.Phase, TransferSide.Peer, FailureReason.InBandRefused, detail);
        return OfferAgain(state with { InBandFailure = failure }, session, Namespaces.Ibb);
    }

    private static Step<InitiatorState, InitiatorOutput> OfferAgain(InitiatorState state, string sessionId, string method)
    {
        var again = state with { SessionId = sessionId, Methods = [method], IsOpeningInBand = false, Range = default, Hosts = [], Method = null };
        return SendOffer(again, new InitiatorOutput.ChangeSession(sessionId));
    }

    private static Step<InitiatorState, InitiatorOutput> TimedOut(InitiatorState state)
    {
        var (side, detail) = Silence(state);
        return state.Phase switch
        {
            _ when state.IsOpeningInBand => End(state, state.Socks5Failure ?? new TransferOutcome.Failed(state.Phase, side, FailureReason.Timeout, detail)),
            TransferState.Offer or TransferState.Activated or TransferState.Streaming => Fail(state, side, FailureReason.Timeout, detail),
            TransferState.Connected => FallBack(
                state, side, FailureReason.Timeout, detail, new InitiatorOutput.JudgeProxy(state.Candidates[0], Served: false)),
            _ => FallBack(state, side, FailureReason.Timeout, detail),
        };
    }

    private static Step<InitiatorState, InitiatorOutput> Unanswered(InitiatorState state, Answer answer, TransferSide asked, string what)
    {
        var (side, reason, detail) = Refusals.OfSilence(((Answer.None)answer).Why, asked, what);
        return Fail(state, side, reason, detail);
    }

    private static (TransferSide Side, string Detail) Silence(InitiatorState state) => state.Phase switch
    {
        _ when state.IsOpeningInBand => (TransferSide.Peer, "The peer did not open the in-band bytestream in time."),
        TransferState.Offer => (TransferSide.Peer, "The peer did not respond to the offer in time."),
        TransferState.Accepted => (TransferSide.Server, "Collecting streamhosts took too long."),
        TransferState.ProxyDiscovered => (TransferSide.Local, "The streamhost listener was not ready in time."),
        TransferState.StreamhostSent when state.Candidates.IsEmpty =>
            (TransferSide.Peer, $"The peer did not choose a streamhost in time. It was offered {Offered(state)}."),
        TransferState.StreamhostSent => (TransferSide.Proxy, "The chosen streamhost could not be reached in time."),
        TransferState.Connected => (TransferSide.Proxy, "The proxy did not respond to the activation in time."),
        _ => (TransferSide.Peer, "No bytes were transferred in time."),
    };

    private static Step<InitiatorState, InitiatorOutput> Go(InitiatorState state, TransferState phase, params ImmutableArray<InitiatorOutput> outputs) =>
        new(state with { Phase = phase }, outputs);

    private static Step<InitiatorState, InitiatorOutput> Fail(InitiatorState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static Step<InitiatorState, InitiatorOutput> End(
        InitiatorState state, TransferOutcome outcome, params ImmutableArray<InitiatorOutput> before) =>
        Go(state, outcome.EndState, [.. before, new InitiatorOutput.Finish(outcome)]);
}
