using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <content>The requests of the peer, and its answers. Every request is answered before anything else is sent.</content>
internal static partial class JingleSession
{
    private static Step<JingleSessionState, JingleOutput> Received(JingleSessionState state, JingleInput.Received received)
    {
        var (stanza, request) = received;
        var isReplacing = state.Stage == JingleStage.Replacing;
        if (JingleGate.Refusal(request.Action, state.Role, state.IsAccepted, isReplacing) is { } error)
        {
            return Reply(state, stanza.Fail(error));
        }

        ImmutableArray<JingleOutput> result = [new JingleOutput.Reply(stanza.Result())];
        return request.Action switch
        {
            JingleAction.SessionAccept when isReplacing => After(result, ReplacementAccepted(state, request)),
            JingleAction.SessionAccept when state.Stage == JingleStage.Offered =>
                After(result, OfferAccepted(state with { Peer = stanza.From ?? state.Peer }, request)),
            JingleAction.SessionAccept => Reply(state, stanza.Fail(JingleErrors.OutOfOrder)),
            JingleAction.SessionTerminate => After(result, PeerEnded(state, request.Reason)),
            JingleAction.SessionInfo => Info(state, received),
            JingleAction.TransportInfo => TransportInfo(state, received),
            JingleAction.TransportReplace => Replace(state, received),
            JingleAction.TransportAccept => After(result, ReplacementAccepted(state, request)),
            JingleAction.TransportReject => After(result, GiveUp(state, JingleCondition.FailedTransport)),
            JingleAction.ContentAdd => After(result, new(state, [Decline(state, JingleAction.ContentReject, request)])),
            JingleAction.ContentRemove when !IsOurs(state, request) => Reply(state, stanza.Fail(StanzaError.BadRequest)),
            JingleAction.ContentRemove => After(result, PeerEnded(state, request.Reason)),
            JingleAction.ContentModify => After(result, ContentModify(state, request)),
            _ => new(state, result),
        };
    }

    private static Step<JingleSessionState, JingleOutput> Flooded(JingleSessionState state, Iq stanza) => After(
        [new JingleOutput.Reply(stanza.Fail(StanzaError.ResourceConstraint))],
        Fail(
            state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer sent too many requests before the transfer began.",
            JingleCondition.GeneralError, "Too many requests."));

    /// <summary>A request with the contents of another one, refused.</summary>
    private static JingleOutput.Ask Decline(JingleSessionState state, JingleAction action, JingleRequest request) => new(
        JingleAsk.Other,
        Request(state, action) with
        {
            Contents = [.. request.Contents.Select(content => content with { Description = null, Transport = null, Security = null })],
            Reason = new JingleReason(JingleCondition.Decline, "One file per session."),
        });

    private static bool IsOurs(JingleSessionState state, JingleRequest request) => request.Contents.Any(content => content.Name == state.Content.Name);

    /// <summary>A file has one direction.</summary>
    private static Step<JingleSessionState, JingleOutput> ContentModify(JingleSessionState state, JingleRequest request)
    {
        var changes = request.Contents.Any(content => content.Name == state.Content.Name
            && content.Senders != JingleSenders.Both && content.Senders != state.Content.Senders);
        return changes
            ? new(state, [new JingleOutput.Ask(JingleAsk.Other, Request(state, JingleAction.ContentModify) with { Contents = [state.Content] })])
            : Ignore(state);
    }

    /// <summary>An empty session-info asks whether the session exists.</summary>
    private static Step<JingleSessionState, JingleOutput> Info(JingleSessionState state, JingleInput.Received received)
    {
        var payload = FileInfoPayload.Read(received.Request.Info);
        if (payload is null && received.Request.Info is not null)
        {
            return Reply(state, received.Stanza.Fail(JingleErrors.UnsupportedInfo));
        }

        ImmutableArray<JingleOutput> result = [new JingleOutput.Reply(received.Stanza.Result())];
        return payload switch
        {
            FileInfoPayload.Checksum checksum when !state.Sends && !state.IsPuttingInPlace => After(result, HashesGiven(state, checksum)),
            FileInfoPayload.Received when state.Sends => new(state with { Sending = state.Sending with { IsReceived = true } }, result),
            _ => new(state, result),
        };
    }

    private static Step<JingleSessionState, JingleOutput> TransportInfo(JingleSessionState state, JingleInput.Received received)
    {
        var (stanza, request) = received;
        var info = IsOurs(state, request) && request.Contents[0].Transport is { } element
            ? JingleTransport.Read(element, state.Peer) as JingleTransport.Socks5
            : null;
        ImmutableArray<JingleOutput> result = [new JingleOutput.Reply(stanza.Result())];
        if (info?.SessionId.Length > 0 && info.SessionId == state.FormerTransportId
            && (state.Transport is not JingleTransport.Socks5 || info.SessionId != state.Transport.SessionId))
        {
            return new(state, result);
        }

        if (info is null || state.Transport is not JingleTransport.Socks5 transport || info.SessionId != transport.SessionId
            || (info.Notice is { } report && state.Negotiation?.Knows(report) == false))
        {
            return Reply(state, stanza.Fail(StanzaError.BadRequest));
        }

        if (state.Negotiation is not null)
        {
            NegotiationInput[] told =
            [
                new NegotiationInput.CandidatesAdded([.. info.Candidates.Where(candidate => IsAllowed(state, candidate))]),
                .. info.Notice is { } notice ? [new NegotiationInput.Reported(notice)] : Array.Empty<NegotiationInput>(),
            ];
            return told.Aggregate(new Step<JingleSessionState, JingleOutput>(state, result), (current, input) =>
                current.State.Stage == JingleStage.Negotiating ? After(current.Outputs, Negotiate(current.State, input)) : current);
        }

        // Kept until the session is accepted: until then nothing is connected to.
        var early = state.EarlyNotices.Length < TransportCandidate.Max && info.Notice is { } first ? state.EarlyNotices.Add(first) : state.EarlyNotices;
        return new(
            state with { EarlyNotices = early, Transport = transport with { Candidates = CandidateNegotiation.Merge(transport.Candidates, info.Candidates) } },
            result);
    }

    private static Step<JingleSessionState, JingleOutput> Answered(JingleSessionState state, JingleInput.Answered answered)
    {
        switch (answered.Ask, answered.Answer)
        {
            case (JingleAsk.Initiate, var answer):
                return OfferAnswered(state, answer);
            case (_, Answer.Error error) when JingleErrors.IsUnknownSession(error.Stanza):
                return state.IsPeerGone ? Ignore(state) : PeerEnded(state, null);
            case (JingleAsk.Ping, _) when state.Stage == JingleStage.Verifying:
                return TimedOut(state);
            case (JingleAsk.Notice, Answer.Error error) when state.Stage == JingleStage.Negotiating:
                return Negotiate(state, new NegotiationInput.ReportRefused($"The peer responded to a report about candidates with {error.Stanza.Describe()}."));
            case (JingleAsk.Replace, Answer.Error) when state.Stage == JingleStage.Replacing:
                return GiveUp(state, JingleCondition.FailedTransport);
            case (JingleAsk.Accept or JingleAsk.ReplaceAccept, Answer.Error error) when state.Stage < JingleStage.Flowing:
                return Fail(
                    state, TransferSide.Peer, FailureReason.ProtocolViolation, $"The peer responded to the acceptance with {error.Stanza.Describe()}.",
                    JingleCondition.GeneralError);
            default:
                return Ignore(state);
        }
    }

    /// <summary>The peer ended the session for a reason, or lost it.</summary>
    private static Step<JingleSessionState, JingleOutput> PeerEnded(JingleSessionState state, JingleReason? reason)
    {
        var gone = state with { IsPeerGone = true };
        return gone switch
        {
            { IsPuttingInPlace: true } => new(gone, []),
            { Stage: JingleStage.Offered } => End(
                gone with { IsUnsupported = reason?.Condition == JingleCondition.UnsupportedApplications }, EndReasons.WhileOffered(reason), null),
            { Stage: < JingleStage.Flowing } when reason?.Condition == JingleCondition.Success => Fail(
                gone, TransferSide.Peer, FailureReason.WrongLength, "The peer ended the session as complete before any bytes were transferred.", null),
            { Stage: < JingleStage.Flowing } => End(gone, EndReasons.Later(gone.Phase, reason), null),
            { Sends: true } => Completed(gone with { Sending = gone.Sending with { Peer = (true, reason) } }),
            _ => SenderEnded(gone, reason),
        };
    }
}
