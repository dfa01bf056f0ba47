using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>The initiator that sends. Numbers are those of the table of peers' behaviour.</summary>
public sealed class SendingSessionSpec
{
    [Fact]
    public void File_must_be_offered_with_own_candidates_and_sent()
    {
        var run = Sender().Feed(new JingleInput.Begin());
        Assert.Equal((TransferState.Offer, JingleTimer.Collecting), (run.State.Phase, run.Timer));
        var collect = run.Output<JingleOutput.CollectCandidates>();
        Assert.Equal((StreamMethods.Socks5, "20f5cd1703a313af1a772966a2b2bd6c085be4e7"), (collect.Methods, collect.Destinations.Own.Hex));

        run.Feed(new JingleInput.CandidatesFound([AdaDirect], [Relay]));
        Assert.Equal(XmlElement.Parse("""
            <jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='8Jk2mUo9' initiator='ada@north.example/desk'>
             <content creator='initiator' name='file' senders='initiator'>
              <description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>
                <desc/><media-type>application/octet-stream</media-type><name>img0545.png</name><size>1000</size><range/>
                <hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/></file></description>
              <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='x1-9c2e' mode='tcp' dstaddr='20f5cd1703a313af1a772966a2b2bd6c085be4e7'>
                <candidate cid='d1' type='direct' jid='ada@north.example/desk' host='198.51.100.4' port='52013' priority='8307557'/>
                <candidate cid='p1' type='proxy' jid='relay.north.example' host='203.0.113.7' port='7777' priority='695381'/>
              </transport></content></jingle>
            """), run.Request.ToXml());

        run.Feed(new JingleInput.Answered(JingleAsk.Initiate, new Answer.Result(null))).Receive(AcceptXml());
        Assert.Equal((TransferState.StreamhostSent, JingleTimer.Candidates), (run.State.Phase, run.Timer));
        Assert.Equal(["c1", "c2"], Assert.IsType<NegotiationOutput.Race>(run.Output<JingleOutput.Connect>().Output).Candidates.Select(candidate => candidate.Id));

        run.Feed(Won("c1"));
        Assert.Equal(new TransportNotice.CandidateUsed("c1"), TransportIn<JingleTransport.Socks5>(run.Request).Notice);
        Assert.Equal((0L, 1000L, StreamMethod.Direct), (run.Output<JingleOutput.StartFlow>().Offset, run.Output<JingleOutput.StartFlow>().Length, run.State.Method));
        Assert.Equal((TransferState.Activated, JingleTimer.Bytes), (run.State.Phase, run.Timer));

        run.Feed(new JingleInput.Progressed());
        Assert.Equal(TransferState.Streaming, run.State.Phase);
        run.Feed(new JingleInput.HashesKnown(Hash));
        Assert.Equal(Hash, Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read(run.Request.Info)).Hashes);
        run.Feed(new JingleInput.FlowEnded(Whole()));
        Assert.Equal((TransferState.Verifying, JingleTimer.End), (run.State.Phase, run.Timer));
        Assert.Equal("result", run.ReceiveInfo("<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'/>").Answer);
        run.Terminate(JingleCondition.Success).Ends<TransferOutcome.Completed>(told: null);
        Assert.Equal(
            new TransferOutcome.Completed(1000, "ab") { Method = StreamMethod.Direct, Delivery = Delivery.Confirmed }, run.Outcome);
    }

    [Fact]
    public void Offer_must_go_without_candidates_that_are_not_found_in_time()
    {
        var run = Sender().Feed(new JingleInput.Begin()).TimeOut(JingleTimer.Collecting);
        Assert.Empty(TransportIn<JingleTransport.Socks5>(run.Request).Candidates);
        Assert.Equal(JingleTimer.Confirmation, run.Timer);
    }

    [Fact]
    public void Better_description_and_in_band_alone_must_be_offered_at_once()
    {
        var run = Sender(StreamMethods.InBand).Feed(new JingleInput.Begin(OfferedFile with { Size = 7 }));
        Assert.Equal(new JingleTransport.InBand(TransportId, 4096), TransportIn<JingleTransport.InBand>(run.Request));
        Assert.Equal(7, JingleFile.Read(run.Request.Contents[0].Description)!.Size);
    }

    [Fact]
    public void File_that_cannot_be_read_must_not_be_offered() =>
        Sender().Feed(new JingleInput.Unreadable("no")).Fails(FailureReason.FileUnreadable, TransferSide.Local, told: null);

    [Fact]
    public void Case_13_acceptance_must_be_taken_before_the_result_of_the_offer()
    {
        var run = Sender().Feed(new JingleInput.Begin()).Feed(new JingleInput.CandidatesFound([], [])).Receive(AcceptXml());
        Assert.Equal(("result", JingleStage.Negotiating), (run.Answer, run.State.Stage));
        run.Feed(new JingleInput.Answered(JingleAsk.Initiate, new Answer.Result(null)));
        Assert.Equal((JingleTimer.Candidates, 0), (run.Timer, run.Outputs.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("senders='both'")]
    public void Case_14_sparse_acceptance_must_be_taken(string senders)
    {
        var run = Offered().Receive(AcceptXml(description: "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>", senders: senders));
        Assert.Equal(("result", JingleStage.Negotiating), (run.Answer, run.State.Stage));
    }

    [Theory]
    [InlineData("<x xmlns='u:1'/>")]
    [InlineData("<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x1-9c2e' block-size='4096'/>")]
    [InlineData("<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>")]
    public void Case_15_acceptance_without_the_offered_transport_must_end_the_session(string transport)
    {
        var run = Offered().Receive(AcceptXml(transport)).Fails(FailureReason.NoMethod, TransferSide.Peer, JingleCondition.IncompatibleParameters);
        Assert.Equal("result", run.Answer);
        Assert.IsType<JingleOutput.Reply>(run.Outputs[0]);
    }

    [Fact]
    public void Case_16_silence_after_the_result_must_time_out() =>
        Offered().TimeOut(JingleTimer.Offer).Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.Timeout);

    [Fact]
    public void Offer_without_a_result_must_time_out()
    {
        Unconfirmed().TimeOut(JingleTimer.Confirmation).Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.Timeout);
        Unconfirmed().Feed(new JingleInput.Answered(JingleAsk.Initiate, new Answer.None(NoAnswer.Timeout)))
            .Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.Timeout);
        Unconfirmed().Feed(new JingleInput.Answered(JingleAsk.Initiate, new Answer.None(NoAnswer.LinkLost)))
            .Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
    }

    [Theory]
    [InlineData(ErrorConditions.BadRequest, FailureReason.ProtocolViolation)]
    [InlineData(ErrorConditions.ServiceUnavailable, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.FeatureNotImplemented, FailureReason.NotSupported)]
    public void Case_17_refused_offer_must_fail_without_repetition(string condition, FailureReason reason) =>
        Unconfirmed().Refuse(JingleAsk.Initiate, new StanzaError(ErrorType.Cancel, condition)).Fails(reason, TransferSide.Peer, told: null);

    [Fact]
    public void Offer_with_an_id_that_the_peer_has_already_must_be_repeated_once_with_another()
    {
        var run = Unconfirmed(state => state with { SecondSessionId = "second" }).Refuse(JingleAsk.Initiate, StanzaError.Conflict);
        Assert.Equal(new JingleOutput.ChangeSession("second"), run.Outputs[0]);
        Assert.Equal((JingleAction.SessionInitiate, "second"), (run.Request.Action, run.Request.SessionId));
        run.Refuse(JingleAsk.Initiate, StanzaError.Conflict).Fails(FailureReason.Overloaded, TransferSide.Peer, told: null);
        Unconfirmed(state => state with { SecondSessionId = "second" }).Refuse(JingleAsk.Initiate, JingleErrors.TieBreak)
            .Fails(FailureReason.Overloaded, TransferSide.Peer, told: null);
    }

    [Fact]
    public void Case_18_first_answer_must_count()
    {
        var run = Offered().Refuse(JingleAsk.Initiate, StanzaError.ServiceUnavailable);
        Assert.Empty(run.Outputs);
        Assert.Equal(JingleStage.Offered, run.State.Stage);
    }

    [Fact]
    public void Case_19_reason_with_underscores_must_be_understood()
    {
        var run = Accepted().Receive(
            $"<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='{SessionId}'><reason><failed_transport/></reason></jingle>");
        Assert.Equal("result", run.Answer);
        run.Fails(FailureReason.StreamhostUnreachable, TransferSide.Peer, told: null);
    }

    [Fact]
    public void Declined_offer_must_be_refused_and_a_cancelled_session_cancelled()
    {
        Offered().Terminate(JingleCondition.Decline).Ends<TransferOutcome.Refused>(told: null);
        Offered().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Refused>(told: null);
        Offered().Terminate(JingleCondition.Success).Fails(FailureReason.ProtocolViolation, TransferSide.Peer, told: null);
        Accepted().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Accepted().Terminate(JingleCondition.Success).Fails(FailureReason.WrongLength, TransferSide.Peer, told: null);
        Sending().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
    }

    [Fact]
    public void Case_20_success_after_half_of_the_bytes_must_be_a_wrong_length()
    {
        var run = Sending().Terminate(JingleCondition.Success);
        Assert.Null(run.Outcome); // the last bytes may have been sent
        run.Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Peer, FailureReason.ConnectionLost, "Reset.")))
            .Fails(FailureReason.WrongLength, TransferSide.Peer, told: null);
        Sending().Terminate(JingleCondition.Success).TimeOut(JingleTimer.End).Fails(FailureReason.WrongLength, TransferSide.Peer, told: null);
    }

    [Fact]
    public void Case_21_success_before_the_end_of_the_bytes_is_known_must_complete()
    {
        var run = Sending().Feed(new JingleInput.HashesKnown(Hash)).Terminate(JingleCondition.Success);
        Assert.Null(run.Refuse(JingleAsk.Other, JingleErrors.UnknownSession).Outcome);
        run.Feed(new JingleInput.FlowEnded(Whole(Delivery.HandedOver))).Ends<TransferOutcome.Completed>(told: null);
    }

    [Fact]
    public void Case_21_session_that_the_peer_lost_must_count_by_its_bytes()
    {
        Sending().Refuse(JingleAsk.Other, JingleErrors.UnknownSession).Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);
        Sending().Feed(new JingleInput.FlowEnded(Whole())).Refuse(JingleAsk.Other, JingleErrors.UnknownSession).Ends<TransferOutcome.Completed>(told: null);
        Accepted().Refuse(JingleAsk.Notice, JingleErrors.UnknownSession).Fails(FailureReason.ConnectionLost, TransferSide.Peer, told: null);
    }

    [Theory]
    [InlineData(Delivery.PeerClosed, true)]
    [InlineData(Delivery.Acknowledged, true)]
    [InlineData(Delivery.HandedOver, false)]
    public void Case_22_silence_after_the_last_byte_must_complete_if_the_peer_closed_in_order(object delivery, bool completes)
    {
        var run = Sending().Feed(new JingleInput.FlowEnded(Whole((Delivery)delivery))).TimeOut(completes ? JingleTimer.End : JingleTimer.Bytes);
        _ = completes
            ? run.Ends<TransferOutcome.Completed>(JingleCondition.Success)
            : run.Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.Timeout);
    }

    [Fact]
    public void Case_22_error_of_the_checksum_must_be_ignored() => Assert.Empty(Sending().Refuse(JingleAsk.Other, JingleErrors.UnsupportedInfo).Outputs);

    [Fact]
    public void Case_23_requested_offset_must_be_honoured()
    {
        var run = Offered().Receive(AcceptXml(description: Ranged("<range offset='400'/>"))).Feed(Won("c1"));
        var flow = run.Output<JingleOutput.StartFlow>();
        Assert.Equal((400L, 600L), (flow.Offset, flow.Length));
        run = Offered().Receive(AcceptXml(description: Ranged("<range offset='400' length='10'/>"))).Feed(Won("c1"));
        Assert.Equal(10, run.Output<JingleOutput.StartFlow>().Length);
    }

    [Theory]
    [InlineData("<range offset='1001'/>")]
    [InlineData("<range offset='many'/>")]
    [InlineData("<range offset='900' length='200'/>")]
    public void Range_outside_the_file_must_end_the_session(string range) =>
        Offered().Receive(AcceptXml(description: Ranged(range))).Fails(FailureReason.ProtocolViolation, TransferSide.Peer, JingleCondition.IncompatibleParameters);

    [Fact]
    public void Range_that_was_not_offered_must_end_the_session()
    {
        var run = Sender().Feed(new JingleInput.Begin(OfferedFile with { Ranged = false })).Feed(new JingleInput.CandidatesFound([], []));
        run.Receive(AcceptXml(description: Ranged("<range offset='1'/>")))
            .Fails(FailureReason.ProtocolViolation, TransferSide.Peer, JingleCondition.IncompatibleParameters);
    }

    [Fact]
    public void Case_57_lost_link_must_not_end_bytes_over_a_socket()
    {
        var run = Sending().Feed(new JingleInput.LinkLost());
        Assert.Empty(run.Outputs);
        Assert.Empty(run.Feed(new JingleInput.HashesKnown(Hash)).Outputs);
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);
        Sending().Feed(new JingleInput.FlowEnded(Whole())).Feed(new JingleInput.LinkLost()).Ends<TransferOutcome.Completed>(told: null);
    }

    [Fact]
    public void Lost_link_must_end_all_that_needs_it()
    {
        Offered().Feed(new JingleInput.LinkLost()).Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
        Accepted().Feed(new JingleInput.LinkLost()).Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
        var run = SendingInBand().Feed(new JingleInput.LinkLost());
        Assert.Empty(run.Outputs);
        run.Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Server, FailureReason.LinkLost, "lost")))
            .Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
    }

    [Fact]
    public void Acknowledged_blocks_must_count_though_the_link_is_lost() => SendingInBand().Feed(new JingleInput.LinkLost())
        .Feed(new JingleInput.FlowEnded(Whole(Delivery.Acknowledged))).Ends<TransferOutcome.Completed>(told: null);

    /// <summary>A proxy may have taken them from this side, and pass them on slowly.</summary>
    [Fact]
    public void Bytes_that_were_only_handed_over_must_have_time_to_arrive()
    {
        var run = Sending().Feed(new JingleInput.FlowEnded(Whole(Delivery.HandedOver)));
        Assert.Equal(JingleTimer.Bytes, run.Timer);
        run.ReceiveInfo("<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'/>").Terminate(JingleCondition.Success)
            .Ends<TransferOutcome.Completed>(told: null);
    }

    [Fact]
    public void Cancelling_must_be_told_to_a_peer_that_has_the_session()
    {
        Sender().Feed(new JingleInput.Begin()).Feed(new JingleInput.Cancel()).Ends<TransferOutcome.Cancelled>(told: null);
        Unconfirmed().Feed(new JingleInput.Cancel()).Ends<TransferOutcome.Cancelled>(JingleCondition.Cancel);
        Sending().Feed(new JingleInput.Cancel()).Ends<TransferOutcome.Cancelled>(JingleCondition.Cancel);
        Sending().Feed(new JingleInput.Cancel("shutdown")).Ends<TransferOutcome.Cancelled>(JingleCondition.Gone);
    }

    /// <summary>The end of the connection would overtake the reason, which takes the way through the servers.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peer_must_know_the_reason_before_the_connection_closes(bool sends)
    {
        var run = Cancelled();
        Assert.Equal(
            [typeof(JingleOutput.StopFlow), typeof(JingleOutput.Ask), typeof(JingleOutput.StartTimer)], run.Outputs.Select(output => output.GetType()));
        Assert.Equal((JingleCondition.Cancel, TransferState.Streaming, JingleTimer.Confirmed), (run.Request.Reason!.Condition, run.State.Phase, run.Timer));
        Assert.Equal("unknown-session", run.Receive(JingleAction.ContentModify).Answer);
        Assert.Empty(run.Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer())).Outputs);
        Assert.Empty(run.Feed(new JingleInput.Answered(JingleAsk.Other, new Answer.Result(null))).Outputs);
        Assert.Null(run.Outcome);
        run.Refuse(JingleAsk.Terminate, JingleErrors.UnknownSession).Ends<TransferOutcome.Cancelled>(told: null);

        Cancelled().TimeOut(JingleTimer.Confirmed).Ends<TransferOutcome.Cancelled>(told: null);
        Cancelled().Feed(new JingleInput.LinkLost()).Ends<TransferOutcome.Cancelled>(told: null);
        Cancelled().Feed(new JingleInput.Cancel()).Ends<TransferOutcome.Cancelled>(told: null);

        SessionRun Cancelled() => (sends ? Sending() : Receiving()).Feed(new JingleInput.Progressed()).Feed(new JingleInput.Cancel());
    }

    /// <summary>Blocks take the same way, and other ends are not this side's.</summary>
    [Fact]
    public void Session_without_a_connection_that_this_side_closes_must_end_at_once()
    {
        Assert.NotNull(SendingInBand().Feed(new JingleInput.Cancel()).Outcome);
        Assert.NotNull(Accepted().Feed(new JingleInput.Cancel()).Outcome);
        Assert.NotNull(Sending().TimeOut(JingleTimer.Bytes).Outcome);
        Assert.NotNull(Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer())).TimeOut(JingleTimer.Reason).Outcome);
    }

    [Fact]
    public void Bytes_that_do_not_move_must_time_out() =>
        Sending().TimeOut(JingleTimer.Bytes).Fails(FailureReason.Timeout, TransferSide.Peer, JingleCondition.Timeout);

    [Fact]
    public void Source_that_fails_must_be_told_at_once() => Sending()
        .Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Local, FailureReason.FileUnreadable, "gone")))
        .Fails(FailureReason.FileUnreadable, TransferSide.Local, JingleCondition.FailedApplication);

    /// <summary>A peer that cancels closes its connection, and its session-terminate takes the longer way.</summary>
    [Fact]
    public void Peer_that_closed_the_connection_must_have_time_to_say_why()
    {
        var closed = new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer());
        Sending().Feed(closed).Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Sending().Feed(closed).Terminate(JingleCondition.MediaError).Fails(FailureReason.WrongHash, TransferSide.Peer, told: null);
        Sending().Feed(closed).TimeOut(JingleTimer.Reason).Fails(FailureReason.ConnectionLost, TransferSide.Peer, JingleCondition.FailedTransport);
    }

    /// <summary>What the peer says comes by the same way as the end of its bytes: not after the answer to what this side says next.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void End_of_in_band_bytes_must_be_explained_before_the_answer_to_a_ping(bool sends)
    {
        var run = Broken();
        Assert.Equal((JingleAction.SessionInfo, null, JingleTimer.Reason), (run.Request.Action, run.Request.Info, run.Timer));
        run.Feed(new JingleInput.Answered(JingleAsk.Ping, new Answer.Result(null)))
            .Fails(sends ? FailureReason.ConnectionLost : FailureReason.WrongLength, TransferSide.Peer, JingleCondition.FailedTransport);
        Broken().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Broken().Refuse(JingleAsk.Ping, JingleErrors.UnknownSession)
            .Fails(sends ? FailureReason.ConnectionLost : FailureReason.WrongLength, TransferSide.Peer, told: null);
        Broken().TimeOut(JingleTimer.Reason)
            .Fails(sends ? FailureReason.ConnectionLost : FailureReason.WrongLength, TransferSide.Peer, JingleCondition.FailedTransport);

        SessionRun Broken() => sends
            ? SendingInBand().Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer()))
            : Receiver(transport: "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x1-9c2e' block-size='4096'/>")
                .Feed(new JingleInput.HostAccepted()).Feed(new JingleInput.InBandUp())
                .Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "short") { IsShort = true }));
    }

    private static SessionRun Unconfirmed(Func<JingleSessionState, JingleSessionState>? change = null)
    {
        var state = Sender().State;
        return new SessionRun(change is null ? state : change(state)).Feed(new JingleInput.Begin()).Feed(new JingleInput.CandidatesFound([AdaDirect], [Relay]));
    }

    private static string Ranged(string range) =>
        $"<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>img0545.png</name><size>1000</size>{range}</file></description>";

    private static SessionRun SendingInBand() => Offered(StreamMethods.InBand)
        .Receive(AcceptXml("<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x1-9c2e'/>")).Feed(new JingleInput.InBandUp());
}
