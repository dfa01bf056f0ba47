using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>Candidates, replacement and in-band bytestreams of a session. Numbers are those of the table of peers' behaviour.</summary>
public sealed class SessionTransportSpec
{
    private const string InBand = "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t2' block-size='8192'/>";
    private const string Socks5 =
        "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='t2'><candidate cid='x' type='direct' jid='bo@south.example/Phone' host='198.51.100.9' port='52014' priority='8310000'/></transport>";

    [Fact]
    public void Case_33_candidate_used_with_an_unknown_id_must_be_a_bad_request()
    {
        Assert.Equal(ErrorConditions.BadRequest, Accepted().Receive(new TransportNotice.CandidateUsed("nobody")).Answer);
        Assert.Equal("result", Accepted().Receive(new TransportNotice.CandidateUsed("d1")).Answer);
    }

    [Fact]
    public void Transport_info_about_another_transport_or_content_must_be_a_bad_request()
    {
        Assert.Equal(ErrorConditions.BadRequest, Accepted().Receive(new TransportNotice.CandidateError(), "other").Answer);
        Assert.Equal(ErrorConditions.BadRequest, Accepted().Receive(JingleAction.TransportInfo, attributes: "creator='initiator' name='other'").Answer);
        Assert.Equal(ErrorConditions.BadRequest, Accepted().Receive(JingleAction.TransportInfo).Answer);
        Assert.Equal(ErrorConditions.BadRequest, Accepted().Receive(JingleAction.TransportInfo, InBand).Answer);
    }

    [Fact]
    public void Replacement_that_arrives_twice_must_be_accepted_once()
    {
        var run = Accepting().Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);
        run.Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal("result", run.Answer);
        Assert.Empty(run.Sent);
    }

    [Fact]
    public void Case_34_connection_that_did_not_come_must_lead_to_a_replacement()
    {
        var run = Accepted().Receive(new TransportNotice.CandidateUsed("d1")).Feed(Lost());
        Assert.IsType<NegotiationOutput.TakeDirect>(run.Output<JingleOutput.Connect>().Output);
        run.Feed(new JingleInput.Candidates(new NegotiationInput.OwnLinkFailed("none")));
        Assert.Equal(JingleAction.TransportReplace, run.Request.Action);
    }

    [Fact]
    public void Case_36_silence_about_candidates_must_lead_to_a_replacement()
    {
        var run = Accepted().TimeOut(JingleTimer.Candidates);
        Assert.Equal(new TransportNotice.CandidateError(), TransportIn<JingleTransport.Socks5>(run.Request).Notice);
        run.TimeOut(JingleTimer.PeerCandidates);
        Assert.Equal(JingleAction.TransportReplace, run.Request.Action);
        Assert.Contains(new JingleOutput.AbandonTransport(), run.Outputs);
        Assert.Equal(new JingleTransport.InBand(ReplacementId, 4096), TransportIn<JingleTransport.InBand>(run.Sent.Last()));
        Assert.Equal((TransferState.Accepted, JingleTimer.ReplacementAnswer), (run.State.Phase, run.Timer));
    }

    [Fact]
    public void Case_37_refused_activation_must_be_told_and_the_transport_replaced()
    {
        var run = Accepted().Feed(Lost()).Receive(new TransportNotice.CandidateUsed("p1"));
        Assert.Equal(TransferState.Connected, run.State.Phase);
        run.Feed(new JingleInput.Candidates(new NegotiationInput.OwnLinkFailed("forbidden")));
        Assert.Equal(new TransportNotice.ProxyError("p1"), TransportIn<JingleTransport.Socks5>(run.Sent.First()).Notice);
        Assert.Equal(JingleAction.TransportReplace, run.Sent.Last().Action);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("c2")]
    public void Case_38_proxy_error_must_lead_to_a_replacement_or_the_wait_for_one(string? id)
    {
        var run = Accepted().Feed(Won("c2")).Receive(new TransportNotice.ProxyError(id));
        Assert.Equal(JingleAction.TransportReplace, run.Request.Action);
        run = Accepting().Feed(Won("p1")).Receive(new TransportNotice.ProxyError(id is null ? null : "p1"));
        Assert.Equal((JingleStage.AwaitingReplacement, JingleTimer.Replacement), (run.State.Stage, run.Timer));
        run.TimeOut(JingleTimer.Replacement).Fails(FailureReason.ActivationRefused, TransferSide.Proxy, JingleCondition.ConnectivityError);
    }

    [Fact]
    public void Case_40_reports_and_candidates_before_the_acceptance_must_be_used_after_it()
    {
        var run = Receiver().Receive(new TransportNotice.CandidateError());
        Assert.Equal("result", run.Answer);
        Assert.Single(run.Outputs);
        run.Receive(
            JingleAction.TransportInfo,
            $"<transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}'><candidate cid='late' type='proxy' jid='r' host='203.0.113.5' priority='9'/></transport>");
        Assert.Equal("result", run.Answer);
        run.Feed(new JingleInput.HostAccepted()).Feed(new JingleInput.CandidatesFound([], []));
        Assert.Equal(["d1", "p1", "late"], Assert.IsType<NegotiationOutput.Race>(run.Output<JingleOutput.Connect>().Output).Candidates.Select(candidate => candidate.Id));
        Assert.Equal(CandidateResult.None, run.State.Negotiation!.PeerResult);
    }

    [Fact]
    public void Nothing_must_be_connected_to_before_the_application_has_accepted() =>
        Assert.DoesNotContain(Receiver().Outputs, output => output is JingleOutput.Connect or JingleOutput.CollectCandidates);

    [Fact]
    public void Case_42_replacement_must_be_accepted_until_bytes_move()
    {
        var run = Accepting().Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal("result", run.Answer);
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);
        Assert.Equal(new JingleTransport.InBand("t2", 4096), TransportIn<JingleTransport.InBand>(run.Request));
        Assert.Contains(new JingleOutput.AbandonTransport(), run.Outputs);
        Assert.Equal((TransferState.Accepted, JingleTimer.InBandOpen), (run.State.Phase, run.Timer));

        run = Accepting().Feed(Lost()).Receive(new TransportNotice.CandidateError());
        Assert.Equal(JingleStage.AwaitingReplacement, run.State.Stage);
        Assert.Equal(JingleAction.TransportAccept, run.Receive(JingleAction.TransportReplace, InBand).Request.Action);

        run = Receiving().Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);

        run = Receiving().Feed(new JingleInput.Progressed()).Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal((JingleAction.TransportReject, JingleStage.Flowing), (run.Request.Action, run.State.Stage));
    }

    [Fact]
    public void Replacement_before_the_acceptance_must_be_rejected()
    {
        Assert.Equal(JingleAction.TransportReject, Receiver().Receive(JingleAction.TransportReplace, InBand).Request.Action);
        Assert.Equal(JingleAction.TransportReject, Offered().Receive(JingleAction.TransportReplace, InBand).Request.Action);
    }

    [Fact]
    public void Case_43_socks5_again_must_be_accepted_once_in_either_role()
    {
        var run = Accepted().Receive(JingleAction.TransportReplace, Socks5);
        Assert.Equal("t2", run.Output<JingleOutput.CollectCandidates>().Destinations.SessionId);
        run.Feed(new JingleInput.CandidatesFound([], [Relay]));
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);
        var transport = TransportIn<JingleTransport.Socks5>(run.Request);
        Assert.Equal(("t2", "p1"), (transport.SessionId, Assert.Single(transport.Candidates).Id));
        Assert.Equal("x", Assert.Single(Assert.IsType<NegotiationOutput.Race>(run.Output<JingleOutput.Connect>().Output).Candidates).Id);

        Assert.Equal("result", run.Receive(new TransportNotice.CandidateError(), TransportId).Answer);
        Assert.Null(run.State.Negotiation!.PeerResult);
        Assert.Equal(JingleAction.TransportReject, run.Receive(JingleAction.TransportReplace, Socks5.Replace("t2", "t3", StringComparison.Ordinal)).Request.Action);
        run.Feed(Won("x"));
        Assert.Equal(StreamMethod.Direct, run.State.Method);
    }

    [Fact]
    public void Case_44_of_crossing_replacements_that_of_the_initiator_must_win()
    {
        var run = Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal(("tie-break", JingleStage.Replacing), (run.Answer, run.State.Stage));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Case_45_rejected_or_unanswered_replacement_must_end_the_session(bool rejects)
    {
        var run = Accepted().Feed(Lost()).Receive(new TransportNotice.CandidateError());
        _ = rejects ? run.Receive(JingleAction.TransportReject, InBand) : run.TimeOut(JingleTimer.ReplacementAnswer);
        run.Fails(FailureReason.StreamhostUnreachable, TransferSide.Proxy, JingleCondition.FailedTransport);
        Accepted().Feed(Lost()).Receive(new TransportNotice.CandidateError()).Refuse(JingleAsk.Replace, StanzaError.FeatureNotImplemented)
            .Fails(FailureReason.StreamhostUnreachable, TransferSide.Proxy, JingleCondition.FailedTransport);
    }

    [Theory]
    [InlineData(JingleAction.TransportAccept, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='None'/>", 4096)]
    [InlineData(JingleAction.TransportAccept, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='8192'/>", 4096)]
    [InlineData(JingleAction.TransportAccept, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='ibb-1' block-size='2048'/>", 2048)]
    [InlineData(JingleAction.TransportAccept, "", 4096)]
    [InlineData(JingleAction.SessionAccept, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='ibb-1' block-size='4096'/>", 4096)]
    public void Case_46_sloppy_acceptance_of_in_band_must_be_taken(object action, string transport, int blockSize)
    {
        var run = Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Receive((JingleAction)action, transport);
        Assert.Equal("result", run.Answer);
        Assert.Equal(new JingleTransport.InBand(ReplacementId, blockSize), run.Output<JingleOutput.OpenInBand>().Transport);
        Assert.Equal(JingleTimer.InBandOpen, run.Timer);
        Assert.Equal(StreamMethod.InBand, run.Feed(new JingleInput.InBandUp()).Output<JingleOutput.StartFlow>().Method);
    }

    [Fact]
    public void Case_46_in_band_that_is_not_opened_must_fail_with_the_first_failure()
    {
        var run = Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Receive(JingleAction.TransportAccept);
        run.Feed(new JingleInput.InBandFailed("refused")).Fails(FailureReason.StreamhostUnreachable, TransferSide.Proxy, JingleCondition.FailedTransport);
        run = Accepting().Receive(JingleAction.TransportReplace, InBand);
        run.TimeOut(JingleTimer.InBandOpen).Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.FailedTransport);
    }

    [Fact]
    public void Case_47_unknown_transport_must_be_rejected_and_the_session_go_on()
    {
        var run = Accepting().Receive(JingleAction.TransportReplace, "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' sid='t2'/>");
        Assert.Equal((JingleAction.TransportReject, JingleStage.Negotiating), (run.Request.Action, run.State.Stage));
        Assert.Equal("urn:xmpp:jingle:transports:ice-udp:1", run.Request.Contents[0].Transport!.Namespace);
        Assert.Equal(ErrorConditions.BadRequest, Accepting().Receive(JingleAction.TransportReplace).Answer);
    }

    [Theory]
    [InlineData(StreamMethods.Socks5)]
    [InlineData(StreamMethods.Direct)]
    public void Method_that_is_not_allowed_must_not_replace_another(StreamMethods methods)
    {
        var run = Accepting(methods: methods).Receive(JingleAction.TransportReplace, InBand);
        Assert.Equal(JingleAction.TransportReject, run.Request.Action);
        Accepted(methods).TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Fails(FailureReason.StreamhostUnreachable, TransferSide.Proxy, JingleCondition.ConnectivityError);
    }

    [Fact]
    public void Candidates_of_a_method_that_is_not_allowed_must_not_be_connected_to() => Assert.Equal(
        ["c2"],
        Assert.IsType<NegotiationOutput.Race>(Accepted(StreamMethods.Proxy).Output<JingleOutput.Connect>().Output).Candidates.Select(candidate => candidate.Id));

    [Fact]
    public void Case_48_blocks_up_to_the_offered_size_must_be_accepted()
    {
        var run = Accepting().Receive(JingleAction.TransportReplace, InBand).Feed(Open("t2"));
        Assert.Equal(8192, run.Output<JingleOutput.AcceptInBand>().OfferedBlockSize);
        Assert.Equal(StreamMethod.InBand, run.Feed(new JingleInput.InBandUp()).State.Method);
        run = Receiver(transport: "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t1' block-size='65535'/>").Feed(new JingleInput.HostAccepted());
        Assert.Equal(new JingleTransport.InBand("t1", 4096), TransportIn<JingleTransport.InBand>(run.Request));
        Assert.Equal(65535, run.Feed(Open("t1")).Output<JingleOutput.AcceptInBand>().OfferedBlockSize);
    }

    [Fact]
    public void In_band_offer_must_be_refused_if_the_application_does_not_allow_it() =>
        Receiver(transport: "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t1' block-size='4096'/>").Feed(new JingleInput.HostAccepted(StreamMethods.Socks5))
            .Fails(FailureReason.NoMethod, TransferSide.Peer, JingleCondition.UnsupportedTransports);

    [Fact]
    public void Case_50_in_band_that_was_not_agreed_must_be_refused()
    {
        Assert.Equal(ErrorConditions.ItemNotFound, Refusal(Accepting().Feed(Open(TransportId))));
        Assert.Equal(ErrorConditions.ItemNotFound, Refusal(Accepting().Receive(JingleAction.TransportReplace, InBand).Feed(Open("other"))));
        Assert.Equal(ErrorConditions.ItemNotFound, Refusal(Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Receive(JingleAction.TransportAccept).Feed(Open(ReplacementId))));
        Assert.Equal(ErrorConditions.ItemNotFound, Refusal(Receiver().Feed(new JingleInput.Cancel()).Feed(Open(TransportId))));
    }

    [Fact]
    public void Refused_report_must_lead_to_a_replacement() =>
        Assert.Equal(JingleAction.TransportReplace, Accepted().Feed(Won("c2")).Refuse(JingleAsk.Notice, StanzaError.BadRequest).Request.Action);

    [Fact]
    public void Refused_acceptance_must_end_the_session() => Accepting().Refuse(JingleAsk.Accept, StanzaError.BadRequest)
        .Fails(FailureReason.ProtocolViolation, TransferSide.Peer, JingleCondition.GeneralError);

    private static JingleInput.InBandOffered Open(string sid) =>
        new(Iq.Set("open", Bo, new XmlElement(Namespaces.Ibb, "open").With("sid", sid).With("block-size", "4096"), Ada), sid);

    private static string Refusal(SessionRun run) => run.Output<JingleOutput.Reply>().Answer.Error!.Condition;
}
