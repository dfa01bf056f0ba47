using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>The responder that receives. Numbers are those of the table of peers' behaviour.</summary>
public sealed class ReceivingSessionSpec
{
    private const string Sparse = "<name>a</name><size>1000</size>";

    [Fact]
    public void File_must_be_accepted_with_own_candidates_and_received()
    {
        var run = Receiver();
        Assert.Equal("i0", Assert.IsType<JingleOutput.Reply>(run.Outputs[0]).Answer.Id);
        Assert.Equal([typeof(JingleOutput.Reply), typeof(JingleOutput.StartTimer), typeof(JingleOutput.AskHost)], run.Outputs.Select(output => output.GetType()));
        Assert.Equal((TransferState.Offer, JingleTimer.Decision), (run.State.Phase, run.Timer));

        run.Feed(new JingleInput.HostAccepted());
        Assert.Equal((TransferState.Accepted, JingleTimer.Collecting), (run.State.Phase, run.Timer));
        Assert.Equal(["e9db9842dcc51cc0d35d7417b2145b9a0dd04255", "20f5cd1703a313af1a772966a2b2bd6c085be4e7"],
            run.Output<JingleOutput.CollectCandidates>().Destinations.ToExpect.Select(address => address.Hex));

        run.Feed(new JingleInput.CandidatesFound([BoDirect, AdaDirect], [Relay]));
        Assert.Equal(XmlElement.Parse("""
            <jingle xmlns='urn:xmpp:jingle:1' action='session-accept' sid='8Jk2mUo9' responder='bo@south.example/Phone'>
             <content creator='initiator' name='file' senders='initiator'>
              <description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>
                <desc/><media-type>application/octet-stream</media-type><name>img0545.png</name><size>1000</size>
                <hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/></file></description>
              <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='x1-9c2e' dstaddr='e9db9842dcc51cc0d35d7417b2145b9a0dd04255'>
                <candidate cid='d1' type='direct' jid='bo@south.example/Phone' host='198.51.100.9' port='52014' priority='8307557'/>
                <candidate cid='p1' type='proxy' jid='relay.north.example' host='203.0.113.7' port='7777' priority='695381'/>
              </transport></content></jingle>
            """), run.Request.ToXml());
        Assert.Equal((TransferState.StreamhostReceived, JingleTimer.Candidates), (run.State.Phase, run.Timer));
        Assert.Equal(["d1", "p1"], Assert.IsType<NegotiationOutput.Race>(run.Output<JingleOutput.Connect>().Output).Candidates.Select(candidate => candidate.Id));

        run.Feed(Won("d1"));
        Assert.Equal((0L, 1000L, TransferState.Activated), (run.Output<JingleOutput.StartFlow>().Offset, run.Output<JingleOutput.StartFlow>().Length, run.State.Phase));
        run.Feed(new JingleInput.Progressed()).ReceiveChecksum(Hash);
        Assert.Equal(("result", TransferState.Streaming), (run.Answer, run.State.Phase));
        run.Feed(new JingleInput.Arrived(Hash));
        run.Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole(Delivery.Verified))).Ends<TransferOutcome.Completed>(JingleCondition.Success);
        Assert.IsType<FileInfoPayload.Received>(FileInfoPayload.Read(run.Sent.First().Info));
        Assert.Equal(HashMatch.Verified, run.State.Match);
    }

    [Fact]
    public void Case_1_file_without_a_hash_must_complete_unverified()
    {
        var run = Receiving(Sparse).Feed(new JingleInput.Arrived(Hash));
        run.Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(JingleCondition.Success);
        Assert.Equal(HashMatch.Unverified, run.State.Match);
    }

    [Theory]
    [InlineData(true, HashMatch.Verified)]
    [InlineData(false, HashMatch.Unverified)]
    public void Case_2_announced_hash_must_be_awaited_for_a_time(bool comes, object match)
    {
        var run = Receiving().Feed(new JingleInput.Arrived(Hash));
        Assert.Equal((TransferState.Verifying, JingleTimer.Checksum), (run.State.Phase, run.Timer));
        Assert.Empty(run.Outputs.OfType<JingleOutput.PutInPlace>());
        _ = comes ? run.ReceiveChecksum(Hash) : run.TimeOut(JingleTimer.Checksum);
        run.Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(JingleCondition.Success);
        Assert.Equal(match, run.State.Match);
    }

    [Fact]
    public void Case_3_checksum_in_base64_of_hexadecimal_text_must_be_verified()
    {
        var text = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Hash.Strongest!.Hex));
        var run = Receiving().ReceiveInfo(
            $"<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{text}</hash></file></checksum>");
        Assert.Equal(HashMatch.Verified, run.Feed(new JingleInput.Arrived(Hash)).State.Match);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Case_4_wrong_checksum_must_fail_before_and_after_the_last_byte(bool before)
    {
        var run = Receiving();
        _ = before ? run.ReceiveChecksum(OtherHash).Feed(new JingleInput.Arrived(Hash)) : run.Feed(new JingleInput.Arrived(Hash)).ReceiveChecksum(OtherHash);
        run.Fails(FailureReason.WrongHash, TransferSide.Peer, JingleCondition.MediaError);
        Assert.Empty(run.Outputs.OfType<JingleOutput.PutInPlace>());
    }

    /// <summary>A destination may compare a hash of the offer itself. The sender can add nothing to that.</summary>
    [Fact]
    public void Case_4_wrong_hash_that_the_byte_flow_finds_must_fail_at_once() => Receiving()
        .Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongHash, "differs")))
        .Fails(FailureReason.WrongHash, TransferSide.Peer, JingleCondition.MediaError);

    [Fact]
    public void Wrong_hash_of_the_offer_must_fail() => Receiving(Sparse + OtherHash.ToXml().Single())
        .Feed(new JingleInput.Arrived(Hash)).Fails(FailureReason.WrongHash, TransferSide.Peer, JingleCondition.MediaError);

    [Fact]
    public void Case_5_checksum_must_be_used_whatever_content_it_names()
    {
        var run = Receiving().ReceiveInfo(
            $"<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' name='a-file-offer'><file>{Hash.ToXml().Single()}</file></checksum>");
        Assert.Equal(("result", HashMatch.Verified), (run.Answer, run.Feed(new JingleInput.Arrived(Hash)).State.Match));
    }

    [Theory]
    [InlineData("<hash xmlns='urn:xmpp:hashes:2'/>")]
    [InlineData("<hash xmlns='urn:xmpp:hashes:2' algo='blake2b-512'>AAAA</hash>")]
    [InlineData("<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>AAAA</hash>")]
    public void Case_6_hash_that_cannot_be_used_must_be_ignored(string hash)
    {
        var run = Receiving(Sparse + hash).Feed(new JingleInput.Arrived(Hash));
        run.Output<JingleOutput.PutInPlace>();
        Assert.Equal(HashMatch.Unverified, run.State.Match);
    }

    [Fact]
    public void Case_7_file_of_unknown_size_must_end_with_its_bytes_and_be_limited_while_it_arrives()
    {
        var run = Receiver("<name>a</name>", change: state => state with { MaxSize = 9 }).Feed(new JingleInput.HostAccepted())
            .Feed(new JingleInput.CandidatesFound([], [])).Feed(Won("d1"));
        Assert.Null(run.Output<JingleOutput.StartFlow>().Length);
        var above = new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "above the limit");
        run.Feed(new JingleInput.FlowEnded(above)).Fails(FailureReason.WrongLength, TransferSide.Peer, JingleCondition.MediaError);
        Assert.True(FileErrors.IsTooLarge(run.Request.Reason!));
    }

    /// <summary>An orderly end of the connection then looks like the end of the file, even if the sender cancelled or its machine stopped.</summary>
    [Fact]
    public void File_of_unknown_size_must_not_complete_without_the_hash_that_was_announced()
    {
        var run = Receiver("<name>a</name><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/>")
            .Feed(new JingleInput.HostAccepted()).Feed(new JingleInput.CandidatesFound([], [])).Feed(Won("d1"));
        var state = run.State;
        run.Feed(new JingleInput.Arrived(Hash)).TimeOut(JingleTimer.Checksum).Fails(FailureReason.WrongLength, TransferSide.Peer, JingleCondition.MediaError);
        new SessionRun(state).Feed(new JingleInput.LinkLost()).Feed(new JingleInput.Arrived(Hash)).Fails(FailureReason.WrongLength, TransferSide.Peer, told: null);
        new SessionRun(state).Feed(new JingleInput.Arrived(Hash)).ReceiveChecksum(Hash).Output<JingleOutput.PutInPlace>();
    }

    [Fact]
    public void Open_that_arrives_twice_must_open_one_bytestream()
    {
        var run = Receiver(Sparse, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x1-9c2e' block-size='4096'/>").Feed(new JingleInput.HostAccepted());
        var open = Iq.Set("open-1", Bo, new IbbOpen(TransportId, 4096).ToXml(), Ada);
        run.Feed(new JingleInput.InBandOffered(open, TransportId)).Output<JingleOutput.AcceptInBand>();
        Assert.Empty(run.Feed(new JingleInput.InBandOffered(open, TransportId)).Outputs);
        run.Feed(new JingleInput.InBandOffered(open with { Id = "open-2" }, TransportId)).Output<JingleOutput.AcceptInBand>(); // the first size was refused
    }

    /// <summary>The blocks that were acknowledged are read after the link is lost.</summary>
    [Fact]
    public void Bytes_received_in_band_must_count_though_the_link_is_lost()
    {
        var run = Receiver(Sparse, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x1-9c2e' block-size='4096'/>")
            .Feed(new JingleInput.HostAccepted()).Feed(new JingleInput.InBandUp()).Feed(new JingleInput.LinkLost());
        Assert.Empty(run.Outputs);
        var state = run.State;
        run.Feed(new JingleInput.Arrived(Hash)).Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);
        new SessionRun(state).Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Server, FailureReason.LinkLost, "lost")))
            .Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void Larger_file_than_allowed_must_be_refused(long most, bool isAsked)
    {
        var run = Receiver(change: state => state with { MaxSize = most });
        Assert.Equal(isAsked, run.Outputs.Any(output => output is JingleOutput.AskHost));
        _ = isAsked ? run : run.Fails(FailureReason.TooLarge, TransferSide.Local, JingleCondition.MediaError);
    }

    [Theory]
    [InlineData("<size>9</size>", "unnamed")]
    [InlineData("<size>9</size><name>../../evil/a.bin</name><mediaType>text/plain</mediaType>", "../../evil/a.bin")]
    public void Case_8_name_must_reach_the_application(string file, string name) => Assert.Equal(name, Receiver(file).State.File.ToFileDescription().Name);

    [Fact]
    public void Case_9_empty_file_must_complete()
    {
        var run = Receiving("<name>a</name><size>0</size>");
        Assert.Equal(0, run.Output<JingleOutput.StartFlow>().Length);
        run.Feed(new JingleInput.Arrived(Hash)).Feed(new JingleInput.FlowEnded(new FlowEnd.Whole(0, "ab"))).Ends<TransferOutcome.Completed>(JingleCondition.Success);
        Assert.Equal([JingleAction.SessionInfo, JingleAction.SessionTerminate], run.Sent.Select(request => request.Action));
    }

    [Fact]
    public void Case_10_more_bytes_than_offered_must_be_too_large_and_fewer_a_failed_transport()
    {
        var more = new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "more");
        var run = Receiving().Feed(new JingleInput.FlowEnded(more)).Fails(FailureReason.WrongLength, TransferSide.Peer, JingleCondition.MediaError);
        Assert.True(FileErrors.IsTooLarge(run.Request.Reason!));
        var fewer = more with { IsShort = true, Detail = "Only 5 of the announced 1000 bytes arrived." };
        run = Receiving().Feed(new JingleInput.FlowEnded(fewer)).TimeOut(JingleTimer.Reason)
            .Fails(FailureReason.WrongLength, TransferSide.Peer, JingleCondition.FailedTransport);
        Assert.Equal("Only 5 of the announced 1000 bytes arrived.", run.Request.Reason!.Text);
        Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer())).TimeOut(JingleTimer.Reason)
            .Fails(FailureReason.ConnectionLost, TransferSide.Peer, JingleCondition.FailedTransport);
    }

    [Fact]
    public void Full_disk_must_be_told_as_too_large_at_once()
    {
        var run = Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Local, FailureReason.NoSpace, "full")))
            .Fails(FailureReason.NoSpace, TransferSide.Local, JingleCondition.MediaError);
        Assert.True(FileErrors.IsTooLarge(run.Request.Reason!));
        Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Local, FailureReason.FileUnwritable, "/secret/path")))
            .Fails(FailureReason.FileUnwritable, TransferSide.Local, JingleCondition.FailedApplication);
    }

    [Fact]
    public void Text_for_the_peer_must_not_contain_local_details()
    {
        var run = Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.Broken(TransferSide.Local, FailureReason.NoSpace, "/secret/path is full")));
        Assert.DoesNotContain("secret", run.Request.ToXml().ToString(), StringComparison.Ordinal);
        run = Receiver().Feed(new JingleInput.HostDeclined(new JingleReason(JingleCondition.Decline, "no")) { Detail = "/secret" });
        Assert.DoesNotContain("secret", run.Request.ToXml().ToString(), StringComparison.Ordinal);
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Local, "/secret"), run.Outcome);
    }

    /// <summary>Whether the peer closes its socket does not matter: all bytes are there.</summary>
    [Fact]
    public void Case_11_file_must_be_complete_with_its_last_byte()
    {
        var run = Receiving(Sparse).Feed(new JingleInput.Arrived(Hash)).Feed(new JingleInput.FlowEnded(Whole()));
        run.Ends<TransferOutcome.Completed>(JingleCondition.Success);
    }

    [Fact]
    public void Case_12_sender_may_end_the_session_first()
    {
        var run = Receiving().Feed(new JingleInput.Arrived(Hash)).Terminate(JingleCondition.Success);
        run.Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);

        run = Receiving().Terminate(JingleCondition.Success);
        Assert.Equal(JingleTimer.End, run.Timer);
        run.Feed(new JingleInput.Arrived(Hash)).Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);

        Receiving().ReceiveChecksum(OtherHash).Terminate(JingleCondition.Success).Feed(new JingleInput.Arrived(Hash))
            .Fails(FailureReason.WrongHash, TransferSide.Peer, told: null);
        Receiving().Terminate(JingleCondition.Success).TimeOut(JingleTimer.End).Fails(FailureReason.WrongLength, TransferSide.Peer, told: null);
        Receiving().Terminate(JingleCondition.Success).Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer()))
            .Fails(FailureReason.ConnectionLost, TransferSide.Peer, told: null);
    }

    [Fact]
    public void Sender_that_cancels_must_be_believed_whatever_arrives_first()
    {
        Receiving().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Receiving().Feed(new JingleInput.FlowEnded(new FlowEnd.ClosedByPeer())).Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Receiver().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
        Accepting().Terminate(JingleCondition.Cancel).Ends<TransferOutcome.Cancelled>(told: null);
    }

    [Fact]
    public void File_that_is_being_put_in_place_must_decide_alone()
    {
        var run = Receiving(Sparse).Feed(new JingleInput.Arrived(Hash));
        foreach (var input in new JingleInput[] { new JingleInput.Cancel(), new JingleInput.TimedOut() })
        {
            Assert.Empty(run.Feed(input).Outputs);
        }

        Assert.Equal("result", run.Terminate(JingleCondition.Cancel).Answer);
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);
    }

    /// <summary>The byte flow finds out that the whole file comes; nothing here depends on it.</summary>
    [Theory]
    [InlineData("<range/>", 400L)]
    [InlineData("", 0L)]
    public void Case_24_offset_must_be_asked_for_only_if_the_sender_supports_it(string range, long asked)
    {
        var run = Receiver(Sparse + range).Feed(new JingleInput.HostAccepted(Offset: 400)).Feed(new JingleInput.CandidatesFound([], []));
        var file = JingleFile.Read(run.Request.Contents[0].Description)!;
        Assert.Equal(asked, file.Range?.Offset ?? 0);
        Assert.Equal(asked, run.Feed(Won("d1")).Output<JingleOutput.StartFlow>().Offset);
    }

    [Fact]
    public void Case_57_lost_link_must_not_end_bytes_over_a_socket()
    {
        var run = Receiving().Feed(new JingleInput.LinkLost());
        Assert.Empty(run.Outputs);
        run.Feed(new JingleInput.Arrived(Hash)).Output<JingleOutput.PutInPlace>();
        run.Feed(new JingleInput.FlowEnded(Whole())).Ends<TransferOutcome.Completed>(told: null);
        Receiving().Feed(new JingleInput.Arrived(Hash)).Feed(new JingleInput.LinkLost()).Output<JingleOutput.PutInPlace>();
        Receiver().Feed(new JingleInput.LinkLost()).Fails(FailureReason.LinkLost, TransferSide.Server, told: null);
    }

    [Fact]
    public void Application_must_be_able_to_decline_and_to_be_too_late()
    {
        Receiver().Feed(new JingleInput.HostDeclined(new JingleReason(JingleCondition.Decline, "not now"))).Ends<TransferOutcome.Refused>(JingleCondition.Decline);
        Receiver().TimeOut(JingleTimer.Decision).Fails(FailureReason.Timeout, TransferSide.Local, JingleCondition.Timeout);
        Receiver().Feed(new JingleInput.Cancel()).Ends<TransferOutcome.Cancelled>(JingleCondition.Cancel);
    }

    [Fact]
    public void Case_53_second_content_must_be_declined_and_a_requested_file_not_available()
    {
        var run = Refused("<content creator='initiator' name='a' senders='initiator'>D T</content><content creator='initiator' name='b'>D T</content>");
        Assert.Equal((JingleCondition.Decline, "One file per session."), (run.Request.Reason!.Condition, run.Request.Reason.Text));
        run = Refused("<content creator='initiator' name='a' senders='responder'>D T</content>");
        Assert.Equal("file-not-available", run.Request.Reason!.Detail!.Name);
        run.Fails(FailureReason.NotSupported, TransferSide.Peer, JingleCondition.FailedApplication);
    }

    [Theory]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:4'><file><size>1</size></file></description>T", JingleCondition.UnsupportedApplications)]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:rtp:1'/>T", JingleCondition.UnsupportedApplications)]
    [InlineData("T", JingleCondition.UnsupportedApplications)]
    [InlineData("D<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' sid='t'/>", JingleCondition.UnsupportedTransports)]
    [InlineData("D<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='t' mode='udp'/>", JingleCondition.UnsupportedTransports)]
    [InlineData("D<transport xmlns='urn:xmpp:jingle:transports:s5b:1'/>", JingleCondition.UnsupportedTransports)]
    [InlineData("D", JingleCondition.UnsupportedTransports)]
    [InlineData("D T", JingleCondition.IncompatibleParameters, "none")]
    [InlineData("D T<security xmlns='urn:xmpp:jingle:jet:0'/>", JingleCondition.SecurityError)]
    [InlineData(
        "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><size>9</size><range offset='5'/></file></description>T", JingleCondition.IncompatibleParameters)]
    public void Case_54_offer_that_is_not_supported_must_be_acknowledged_and_ended(string content, object reason, string senders = "initiator")
    {
        var run = Refused($"<content creator='initiator' name='a' senders='{senders}'>{content}</content>");
        Assert.Equal(IqType.Result, Assert.IsType<JingleOutput.Reply>(run.Outputs[0]).Answer.Type);
        Assert.Equal(reason, run.Request.Reason!.Condition);
        Assert.False(string.IsNullOrEmpty(run.Request.Reason.Text));
    }

    [Theory]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>T")]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><size>x</size></file></description>T")]
    public void Case_55_malformed_file_must_be_a_bad_request(string content)
    {
        var run = Refused($"<content creator='initiator' name='a' senders='initiator'>{content}</content>");
        Assert.Equal(ErrorConditions.BadRequest, Assert.IsType<JingleOutput.Reply>(run.Outputs[0]).Answer.Error?.Condition);
        run.Fails(FailureReason.ProtocolViolation, TransferSide.Peer, told: null);
    }

    private static SessionRun Refused(string contents)
    {
        var xml = contents
            .Replace("D", "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>a</name><size>9</size></file></description>", StringComparison.Ordinal)
            .Replace("T", "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='t'/>", StringComparison.Ordinal);
        Assert.True(JingleRequest.TryRead(
            XmlElement.Parse($"<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='{SessionId}'>{xml}</jingle>"), out var offer, out _));
        var run = new SessionRun(JingleSessionState.Of(Iq.Set("i0", Bo, offer.ToXml(), Ada), offer)).Feed(new JingleInput.Begin());
        Assert.Equal(JingleStage.Ended, run.State.Stage);
        return run;
    }
}
