using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>Spellings, orders and omissions that the specifications allow, or that peers may get wrong without harm.</summary>
public sealed class SloppyPeersSpec
{
    /// <summary>Psi tells candidates as it finds them.</summary>
    [Fact]
    public void Candidates_that_come_after_the_acceptance_must_join_the_race()
    {
        var run = Accepted().Receive(JingleAction.TransportInfo, Candidates("<candidate cid='c3' host='203.0.113.5' port='4000' priority='8320000'/>"));
        Assert.Equal("result", run.Answer);
        Assert.IsType<NegotiationOutput.StopRace>(run.Outputs.OfType<JingleOutput.Connect>().First().Output);
        Assert.Equal(["c3", "c1", "c2"], Race(run));
        Assert.Equal(CandidateType.Direct, run.State.Negotiation!.Peers[^1].Type);

        run.Receive(JingleAction.TransportInfo, Candidates("<candidate cid='c3' host='203.0.113.6' port='4000' priority='8330000'/>"));
        Assert.Equal(("result", 1), (run.Answer, run.Outputs.Length)); // it is known already

        run = Accepted().Receive(new TransportNotice.CandidateUsed("d1"));
        run.Receive(JingleAction.TransportInfo, Candidates("""
            <candidate cid='c3' host='203.0.113.5' port='4000' priority='8320000'/><candidate cid='c4' host='203.0.113.5' port='4001' priority='9'/>
            """));
        Assert.Equal(["c3", "c1"], Race(run)); // only better ones than that of the peer
        Assert.Equal(StreamMethod.Direct, run.Feed(Won("c3")).State.Method);
    }

    [Fact]
    public void Candidates_and_a_report_in_one_request_must_both_be_used()
    {
        var run = Accepted().Receive(
            JingleAction.TransportInfo, Candidates("<candidate-error/><candidate cid='c3' host='203.0.113.5' port='4000' priority='8320000'/>"));
        Assert.Equal(["c3", "c1", "c2"], Race(run));
        Assert.Equal(CandidateResult.None, run.State.Negotiation!.PeerResult);
    }

    [Fact]
    public void Candidates_that_come_too_late_must_be_ignored()
    {
        var late = Candidates("<candidate cid='c3' host='203.0.113.5' port='4000' priority='8320000'/>");
        foreach (var run in new[] { Accepted().Feed(Lost()), Sending() })
        {
            Assert.Single(run.Receive(JingleAction.TransportInfo, late).Outputs);
        }

        Assert.Equal("unknown-session", Offered().Feed(new JingleInput.Cancel()).Receive(JingleAction.TransportInfo, late).Answer);
    }

    [Fact]
    public void First_of_two_reports_must_count()
    {
        var run = Accepted().Receive(new TransportNotice.CandidateUsed("p1"));
        Assert.Single(run.Receive(new TransportNotice.CandidateUsed("d1")).Outputs);
        Assert.Equal("p1", run.State.Negotiation!.PeerResult!.Used!.Id);
        Assert.Single(run.Receive(new TransportNotice.CandidateError()).Outputs);
        Assert.Equal("p1", run.State.Negotiation!.PeerResult!.Used!.Id);
    }

    /// <summary>What the peer means is not known; the time for its result goes on.</summary>
    [Fact]
    public void Report_without_its_candidate_must_change_nothing()
    {
        var run = Accepted().Receive(JingleAction.TransportInfo, Candidates("<candidate-used/>"));
        Assert.Equal(("result", 1), (run.Answer, run.Outputs.Length));
        Assert.Null(run.State.Negotiation!.PeerResult);
    }

    [Theory]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:4'><file><range offset='5'/></file></description>")]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><x xmlns='u:1'/><file><x xmlns='u:1'/><unknown/><date>tomorrow</date></file></description>")]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><size>many</size></file></description>")]
    [InlineData("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><range offset='0' length='1000'/></file></description>")]
    public void Description_of_an_acceptance_must_not_matter_except_for_its_range(string description)
    {
        var run = Offered().Receive(AcceptXml(description: description)).Feed(Won("c1"));
        Assert.Equal((0L, 1000L), (run.Output<JingleOutput.StartFlow>().Offset, run.Output<JingleOutput.StartFlow>().Length));
    }

    [Fact]
    public void Acceptance_must_count_whatever_content_and_side_it_names()
    {
        var xml = AcceptXml().Replace("creator='initiator' name='file'", "creator='responder' name='a-file-offer'", StringComparison.Ordinal)
            .Replace("sid='8Jk2mUo9'", "sid='8Jk2mUo9' responder='eve@evil.example/x' initiator='not@a@jid'", StringComparison.Ordinal);
        var run = Offered().Receive(xml);
        Assert.Equal(("result", JingleStage.Negotiating, Bo), (run.Answer, run.State.Stage, run.State.Peer));
    }

    [Fact]
    public void Acceptance_without_candidates_must_leave_those_of_this_side()
    {
        var run = Offered().Receive(AcceptXml($"<transport xmlns='{Namespaces.JingleBytestreams}'/>"));
        Assert.Equal(new TransportNotice.CandidateError(), TransportIn<JingleTransport.Socks5>(run.Request).Notice);
        Assert.IsType<NegotiationOutput.TakeDirect>(run.Receive(new TransportNotice.CandidateUsed("d1")).Output<JingleOutput.Connect>().Output);
    }

    [Theory]
    [InlineData("<name>a</name><size>1000</size><range offset='0' length='1000'/>", true)]
    [InlineData("<name>a</name><size>1000</size><range length='1000'/>", true)]
    [InlineData("<name>a</name><size>1000</size><range length='999'/>", false)]
    [InlineData("<name>a</name><range length='1000'/>", false)]
    [InlineData("<unknown xmlns='u:1'/><size> 1000 </size><date>never</date><hash xmlns='urn:xmpp:hashes:2'/><name>a</name>", true)]
    public void Offer_of_the_whole_file_must_be_taken_however_it_is_written(string file, bool isTaken) =>
        Assert.Equal(isTaken, Receiver(file).Outputs.Any(output => output is JingleOutput.AskHost));

    [Theory]
    [InlineData("0", 4096)]
    [InlineData("-1", 4096)]
    [InlineData("70000", 4096)]
    [InlineData("8192", 4096)]
    [InlineData("100", 100)]
    public void In_band_block_size_of_an_acceptance_must_never_be_larger_than_offered(string size, int expected)
    {
        var run = Offered(StreamMethods.InBand).Receive(AcceptXml($"<transport xmlns='{Namespaces.JingleIbb}' sid='other' block-size='{size}'/>"));
        Assert.Equal(new JingleTransport.InBand(TransportId, expected), run.Output<JingleOutput.OpenInBand>().Transport);
    }

    [Fact]
    public void Transport_must_be_replaced_though_it_has_the_same_id()
    {
        var again = $"<transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}'><candidate cid='x' host='203.0.113.5' port='4000' priority='9'/></transport>";
        var run = Accepting().Receive(JingleAction.TransportReplace, again).Feed(new JingleInput.CandidatesFound([BoDirect], [Relay]));
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);
        run.Receive(new TransportNotice.CandidateError());
        Assert.Equal(CandidateResult.None, run.State.Negotiation!.PeerResult);

        run.Receive(JingleAction.TransportReplace, $"<transport xmlns='{Namespaces.JingleIbb}' sid='{TransportId}' block-size='4096'/>");
        Assert.Equal((JingleAction.TransportAccept, JingleStage.OpeningInBand), (run.Request.Action, run.State.Stage));
        Assert.Equal("result", run.Receive(new TransportNotice.CandidateError()).Answer); // about the former one
    }

    /// <summary>A content in them has no meaning.</summary>
    [Theory]
    [InlineData("session-terminate", "<reason><cancel/></reason>")]
    [InlineData("session-info", "")]
    public void Malformed_content_of_a_request_about_the_session_must_not_matter(string action, string children)
    {
        var xml = XmlElement.Parse($"<jingle xmlns='urn:xmpp:jingle:1' action='{action}' sid='{SessionId}'><content/>{children}</jingle>");
        Assert.True(JingleRequest.TryRead(xml, out var request, out var refusal), refusal?.Describe());
        Assert.Empty(request.Contents);
    }

    [Fact]
    public void Checksum_and_confirmation_must_be_taken_at_any_time()
    {
        foreach (var run in new[] { Accepting(), Receiving(), Receiving().Feed(new JingleInput.Arrived(Hash)) })
        {
            Assert.Equal(("result", Hash), (run.ReceiveChecksum(Hash).Answer, run.State.Receiving.Given));
        }

        foreach (var run in new[] { Accepted(), Sending() })
        {
            run.ReceiveInfo("<received xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>");
            Assert.Equal(("result", null), (run.Answer, run.Outcome));
        }

        // Its end is as good as its word.
        Sending().Feed(new JingleInput.FlowEnded(Whole())).Terminate(JingleCondition.Success).Ends<TransferOutcome.Completed>(told: null);
    }

    private static string Candidates(string children) => $"<transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}'>{children}</transport>";

    private static IEnumerable<string> Race(SessionRun run) =>
        Assert.IsType<NegotiationOutput.Race>(run.Outputs.OfType<JingleOutput.Connect>().Last().Output).Candidates.Select(candidate => candidate.Id);
}
