using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>Requests that do not concern the transport. Numbers are those of the table of peers' behaviour.</summary>
public sealed class SessionRequestSpec
{
    private static SessionRun[] Everywhere => [Offered(), Accepted(), Sending(), Receiver(), Accepting(), Receiving()];

    [Fact]
    public void Case_51_ping_must_be_answered_and_an_unknown_info_refused()
    {
        foreach (var run in Everywhere)
        {
            Assert.Equal("result", run.ReceiveInfo("").Answer);
            Assert.Single(run.Outputs);
            Assert.Equal("unsupported-info", run.ReceiveInfo("<ringing xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>").Answer);
            Assert.Single(run.Outputs);
        }
    }

    [Fact]
    public void Case_52_content_must_not_be_added()
    {
        foreach (var run in Everywhere)
        {
            run.Receive(JingleAction.ContentAdd, "<description xmlns='u:1'/>", "creator='initiator' name='second' senders='initiator'");
            Assert.Equal(("result", JingleAction.ContentReject, "second"), (run.Answer, run.Request.Action, run.Request.Contents[0].Name));
            Assert.Null(run.Request.Contents[0].Description);
        }
    }

    [Fact]
    public void Case_52_only_the_own_content_must_be_removed()
    {
        foreach (var run in Everywhere)
        {
            Assert.Equal(ErrorConditions.BadRequest, run.Receive(JingleAction.ContentRemove, attributes: "creator='initiator' name='other'").Answer);
            Assert.Null(run.Outcome);
        }

        var removed = Sending().Receive(
            $"<jingle xmlns='urn:xmpp:jingle:1' action='content-remove' sid='{SessionId}'><content creator='initiator' name='file'/><reason><media-error/></reason></jingle>");
        Assert.Equal("result", removed.Answer);
        removed.Fails(FailureReason.WrongHash, TransferSide.Peer, told: null);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("senders='both'", false)]
    [InlineData("senders='initiator'", false)]
    [InlineData("senders='responder'", true)]
    [InlineData("senders='none'", true)]
    public void Case_52_direction_must_not_be_changed(string senders, bool isAnswered)
    {
        foreach (var run in new[] { Accepted(), Sending(), Accepting(), Receiving() })
        {
            run.Receive(JingleAction.ContentModify, attributes: $"creator='initiator' name='file' {senders}");
            Assert.Equal("result", run.Answer);
            Assert.Equal(isAnswered ? [JingleSenders.Initiator] : [], run.Sent.Select(request => request.Contents[0].Senders));
        }

        Assert.Equal("out-of-order", Receiver().Receive(JingleAction.ContentModify).Answer);
    }

    [Fact]
    public void Case_56_request_after_the_end_must_be_an_unknown_session()
    {
        foreach (var run in Everywhere)
        {
            run.Feed(new JingleInput.Cancel());
            Assert.Equal("unknown-session", run.ReceiveChecksum(Hash).Answer);
            Assert.Equal("unknown-session", run.Terminate(JingleCondition.Success).Answer);
            Assert.Equal("unknown-session", run.Receive(JingleAction.TransportReplace).Answer);
        }
    }

    [Theory]
    [InlineData(JingleAction.DescriptionInfo)]
    [InlineData(JingleAction.SecurityInfo)]
    public void Info_of_the_description_or_security_must_be_acknowledged_and_ignored(object action)
    {
        foreach (var run in Everywhere)
        {
            var state = run.State;
            Assert.Equal("result", run.Receive((JingleAction)action).Answer);
            Assert.Equal(state, run.State);
        }
    }

    [Fact]
    public void Second_offer_with_the_same_id_must_be_a_conflict() =>
        Assert.All(Everywhere, run => Assert.Equal(ErrorConditions.Conflict, run.Receive(JingleAction.SessionInitiate).Answer));

    [Fact]
    public void Acceptance_must_come_once_and_from_the_responder()
    {
        Assert.Equal("out-of-order", Accepted().Receive(AcceptXml()).Answer);
        Assert.Equal("out-of-order", Receiver().Receive(AcceptXml()).Answer);
        Assert.Equal("out-of-order", Accepted().Receive(JingleAction.TransportReject).Answer);
    }

    [Fact]
    public void Info_of_the_wrong_direction_must_be_acknowledged_and_ignored()
    {
        var sender = Sending().ReceiveChecksum(OtherHash);
        Assert.Equal(("result", true), (sender.Answer, sender.State.Receiving.Given.IsEmpty));
        var receiver = Receiving().ReceiveInfo("<received xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>");
        Assert.Equal(("result", false), (receiver.Answer, receiver.State.Sending.IsReceived));
    }

    /// <summary>Whatever comes in whatever state: every request is answered exactly once, before anything else is sent, and every input is survived.</summary>
    [Fact]
    public void Every_request_must_be_answered_once_and_first_in_every_state()
    {
        SessionRun[] Runs() =>
        [
            .. Everywhere, Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates), Accepted().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates).Receive(JingleAction.TransportAccept),
            Accepting().TimeOut(JingleTimer.Candidates).TimeOut(JingleTimer.PeerCandidates), Receiving().Feed(new JingleInput.Arrived(Hash)), Sending().Feed(new JingleInput.FlowEnded(Whole())),
            Receiver().Feed(new JingleInput.HostAccepted()), Receiver().Feed(new JingleInput.Cancel()),
        ];
        foreach (var action in Enum.GetValues<JingleAction>())
        {
            foreach (var run in Runs())
            {
                run.Receive(action, "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t2' block-size='4096'/>");
                Assert.NotEmpty(run.Answer);
                Assert.IsType<JingleOutput.Reply>(run.Outputs[0]);
            }
        }

        JingleInput[] inputs =
        [
            new JingleInput.Begin(), new JingleInput.Unreadable("no"), new JingleInput.CandidatesFound([], []), new JingleInput.HostAccepted(),
            new JingleInput.HostDeclined(new JingleReason(JingleCondition.Decline)), Won("c1"), Lost(), new JingleInput.InBandUp(), new JingleInput.InBandFailed("no"),
            new JingleInput.Progressed(), new JingleInput.HashesKnown(Hash), new JingleInput.Arrived(Hash), new JingleInput.FlowEnded(Whole()), new JingleInput.LinkLost(),
            new JingleInput.TimedOut(), new JingleInput.Cancel(),
        ];
        foreach (var (input, at) in inputs.SelectMany(input => Runs().Select((_, at) => (input, at))))
        {
            var run = Runs()[at];
            var hadEnded = run.Outcome is not null;
            run.Feed(input);
            Assert.Equal(!hadEnded && run.Outcome is not null, run.Outputs.Any(output => output is JingleOutput.Finish));
            Assert.True(run.Outcome is null || hadEnded || run.Outputs[^1] is JingleOutput.Finish);
        }
    }
}
