using System.Collections.Immutable;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.FileTransfer;

/// <content>The offers of stream initiation (XEP-0095, XEP-0096), and the change to another stream method.</content>
internal static partial class Initiator
{
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
            case Answer.Error { Stanza.Condition: ErrorConditions.BadRequest }
                when state is { Plan: { PrefersInBand: true, MayGoSocks5: true, SecondSessionId: { } second }, IsSecondOffer: false }:
                return OfferAgain(state, second, Namespaces.Bytestreams);
            case Answer.Error error:
                var (side, reason) = Refusals.OfOffer(error.Stanza);
                var answered = state with { IsUnsupported = Refusals.IsUnsupported(error.Stanza) };
                return Fail(answered, side, reason, $"The peer responded to the offer with {error.Stanza.Describe()}.");
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

        if (!range.IsWholeOf(state.Plan.File.Size) && !state.Plan.File.Ranged)
        {
            return Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer requested a range, which was not offered.");
        }

        state = state with { Range = range };
        var socks5 = accept.Methods.Contains(Namespaces.Bytestreams) && state.Methods.Contains(Namespaces.Bytestreams);
        return socks5 ? Go(state, TransferState.Accepted, new InitiatorOutput.FindHosts()) : OpenInBand(state, TransferState.Accepted);
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
        if (failed.Answer is Answer.None { Reason: not NoAnswer.Timeout })
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
}
