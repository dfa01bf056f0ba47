using System.Collections.Immutable;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <content>The offer of a session and its acceptance.</content>
internal static partial class JingleSession
{
    private static Step<JingleSessionState, JingleOutput> Offer(JingleSessionState state, FileDescription? file)
    {
        var begun = file is null ? state : state with { File = JingleFile.Of(file) };
        return begun.MayGoSocks5
            ? Collect(begun)
            : SendOffer(begun with { Transport = new JingleTransport.InBand(begun.Transport.SessionId, begun.BlockSize) });
    }

    /// <summary>Own candidates are told to peers that this side offers a file, or whose offer the application accepted.</summary>
    private static Step<JingleSessionState, JingleOutput> Collect(JingleSessionState state, params ImmutableArray<JingleOutput> before) => new(
        state with { Stage = JingleStage.Collecting, OwnCandidates = [] },
        [.. before, Timer(JingleTimer.Collecting), new JingleOutput.CollectCandidates(state.Methods & StreamMethods.Socks5, state.Destinations)]);

    private static Step<JingleSessionState, JingleOutput> Collected(JingleSessionState state) => state switch
    {
        { IsReplaced: true } => AcceptSocks5(state),
        { Role: JingleRole.Initiator } => SendOffer(state),
        _ => SendAccept(state),
    };

    private static Step<JingleSessionState, JingleOutput> SendOffer(JingleSessionState state, params ImmutableArray<JingleOutput> before)
    {
        var content = state.Content with { Description = state.File.ToXml(), Transport = OwnTransport(state).ToXml() };
        var request = Request(state, JingleAction.SessionInitiate) with { Initiator = state.Self, Contents = [content] };
        return new(
            state with { Stage = JingleStage.Offered },
            [.. before, new JingleOutput.Ask(JingleAsk.Initiate, request), Timer(JingleTimer.Confirmation)]);
    }

    private static JingleTransport OwnTransport(JingleSessionState state) => state.Transport is JingleTransport.Socks5 socks5
        ? new JingleTransport.Socks5(socks5.SessionId, state.OwnCandidates, state.Destinations.Own.Hex) { NamesMode = state.Role == JingleRole.Initiator }
        : state.Transport;

    /// <summary>The result says only that the peer knows the session; its acceptance may overtake it.</summary>
    private static Step<JingleSessionState, JingleOutput> OfferAnswered(JingleSessionState state, Answer answer)
    {
        if (state.Stage != JingleStage.Offered || state.IsConfirmed)
        {
            return Ignore(state);
        }

        switch (answer)
        {
            case Answer.Result result:
                return new(state with { IsConfirmed = true, Peer = result.Respelled ?? state.Peer }, [Timer(JingleTimer.Offer)]);
            case Answer.Error { Stanza: { Condition: ErrorConditions.Conflict } error }
                when !JingleErrors.IsTieBreak(error) && state.SecondSessionId is { } second:
                return SendOffer(state with { SessionId = second, SecondSessionId = null }, new JingleOutput.ChangeSession(second));
            case Answer.Error error:
                return End(state with { IsUnsupported = Refusals.IsUnsupported(error.Stanza) }, EndReasons.OfOffer(error.Stanza), null);
            default:
                var (side, reason, detail) = Refusals.OfSilence(((Answer.None)answer).Reason, TransferSide.Peer, "the offer");
                return Fail(state, side, reason, detail, reason == FailureReason.Timeout ? JingleCondition.Timeout : null);
        }
    }

    /// <summary>The checks of an offer, the first failure counts. Who may offer at all is decided before.</summary>
    private static Step<JingleSessionState, JingleOutput> Process(JingleSessionState state)
    {
        var (stanza, offer) = state.Offer!;
        var content = offer.Contents[0];
        if (state.IsFileInvalid)
        {
            var error = StanzaError.BadRequest.WithText("An offer needs a file; its size, if given, is a number of bytes.");
            return After(
                [new JingleOutput.Reply(stanza.Fail(error))],
                Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer offered a file with an invalid size, or none.", null));
        }

        ImmutableArray<JingleOutput> result = [new JingleOutput.Reply(stanza.Result())];
        if (Refusal(state, offer, content) is not { } refusal)
        {
            return new(state, [.. result, Timer(JingleTimer.Decision), new JingleOutput.AskHost()]);
        }

        var side = refusal.Failure == FailureReason.TooLarge ? TransferSide.Local : TransferSide.Peer;
        return After(result, Fail(state, side, refusal.Failure, refusal.Reason));
    }

    private static (JingleReason Reason, FailureReason Failure)? Refusal(JingleSessionState state, JingleRequest offer, JingleContent content) => state switch
    {
        _ when !JingleFile.IsDescription(content.Description) =>
            (new JingleReason(JingleCondition.UnsupportedApplications, "Only files are accepted (XEP-0234)."), FailureReason.NotSupported),
        { Transport: JingleTransport.Unknown or { SessionId: "" } } =>
            (new JingleReason(JingleCondition.UnsupportedTransports, "Only SOCKS5 over TCP and in-band bytestreams are supported."), FailureReason.NoMethod),
        _ when offer.Contents.Length > 1 => (new JingleReason(JingleCondition.Decline, "One file per session."), FailureReason.NotSupported),
        _ when content.Security is not null => (new JingleReason(JingleCondition.SecurityError, "Encryption is not supported."), FailureReason.NotSupported),
        { Content.Senders: JingleSenders.None } =>
            (new JingleReason(JingleCondition.IncompatibleParameters, "Neither side sends the file."), FailureReason.NotSupported),
        { Sends: true, ServesRequests: false } => (FileErrors.NotAvailable, FailureReason.NotSupported),
        { Sends: false, File.Size: { } size, MaxSize: { } most } when size > most =>
            (FileErrors.TooLarge("The file is too large."), FailureReason.TooLarge),
        { Sends: false } when !(state.File.Range ?? default).IsWholeOf(state.File.Size) =>
            (new JingleReason(JingleCondition.IncompatibleParameters, "Only whole files are accepted."), FailureReason.NotSupported),
        _ => null,
    };

    private static Step<JingleSessionState, JingleOutput> Accept(JingleSessionState state, JingleInput.HostAccepted accepted)
    {
        var range = state.Sends ? state.File.Range ?? default
            : state.File.Ranged && accepted.Offset > 0 ? new FileRange(accepted.Offset, null)
            : default;
        var chosen = state with { Methods = accepted.Methods, Range = range, IsAccepted = true };
        if (accepted.File is { } file)
        {
            chosen = chosen with { File = JingleFile.Of(file) };
            if (!IsPartOf(range, chosen.File))
            {
                return Fail(
                    state, TransferSide.Peer, FailureReason.ProtocolViolation,
                    new JingleReason(JingleCondition.IncompatibleParameters, "The requested range is not available."));
            }
        }

        return chosen.Transport switch
        {
            JingleTransport.InBand when !accepted.Methods.HasFlag(StreamMethods.InBand) => Fail(
                state, TransferSide.Peer, FailureReason.NoMethod, "The offer contains no allowed stream method.", JingleCondition.UnsupportedTransports),
            JingleTransport.InBand inBand => SendAccept(chosen with { Transport = Agreed(chosen, inBand) }),
            JingleTransport.Socks5 when chosen.MayGoSocks5 => Collect(chosen),
            _ => SendAccept(chosen), // without candidates: the initiator replaces the transport
        };
    }

    private static Step<JingleSessionState, JingleOutput> SendAccept(JingleSessionState state)
    {
        var file = state.File with { Ranged = !state.Range.IsWhole, Range = state.Range };
        var content = state.Content with { Description = file.ToXml(), Transport = OwnTransport(state).ToXml() };
        var request = Request(state, JingleAction.SessionAccept) with { Responder = state.Self, Contents = [content] };
        return After([new JingleOutput.Ask(JingleAsk.Accept, request)], Establish(state));
    }

    /// <summary>The offer is accepted. Peers omit the sender, the responder, the file; never the transport.</summary>
    private static Step<JingleSessionState, JingleOutput> OfferAccepted(JingleSessionState state, JingleRequest accept)
    {
        var content = accept.Contents[0];
        var accepted = state with { IsAccepted = true };
        var transport = content.Transport is { } element ? JingleTransport.Read(element, state.Peer) : null;
        var range = JingleFile.Read(content.Description)?.Range ?? default;
        if (transport?.GetType() != state.Transport.GetType())
        {
            return Fail(
                accepted, TransferSide.Peer, FailureReason.NoMethod, "The peer accepted without the offered transport.",
                JingleCondition.IncompatibleParameters);
        }

        if (!IsPartOf(range, state.File))
        {
            return Fail(
                accepted, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer requested a range outside the file, or one that was not offered.",
                JingleCondition.IncompatibleParameters);
        }

        return Establish(accepted with { Range = range, Transport = Joined(accepted, transport) });
    }

    /// <summary>The range is in the file, and can be sent.</summary>
    private static bool IsPartOf(FileRange range, JingleFile file) => range.FitsIn(file.Size ?? long.MaxValue) && (range.IsWholeOf(file.Size) || file.Ranged);

    /// <summary>The sid of this side counts: peers omit it, or write another one.</summary>
    private static JingleTransport Joined(JingleSessionState state, JingleTransport theirs) => (state.Transport, theirs) switch
    {
        (JingleTransport.Socks5 ours, JingleTransport.Socks5 peers) =>
            peers with { SessionId = ours.SessionId, Candidates = CandidateNegotiation.Merge(ours.Candidates, peers.Candidates) },
        (JingleTransport.InBand ours, JingleTransport.InBand peers) =>
            ours with { BlockSize = TransportReplacement.Agree(ours.BlockSize ?? state.BlockSize, peers.BlockSize) },
        _ => state.Transport,
    };

    private static JingleTransport.InBand Agreed(JingleSessionState state, JingleTransport.InBand offered) =>
        offered with { BlockSize = TransportReplacement.Agree(offered.BlockSize ?? TransportReplacement.BlockSize, state.BlockSize) };
}
