using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

public sealed class TargetSpec : TargetTest
{
    [Fact]
    public void Target_must_complete()
    {
        var step = Target.Next(Fresh, new TargetInput.Begin());
        Assert.IsType<TargetOutput.AskHost>(Assert.Single(step.Outputs));

        step = Next(step, new TargetInput.HostAccepted(StreamMethods.Socks5));
        Assert.Equal(OfferStanza().Result(new SiAccept([Namespaces.Bytestreams]).ToXml()), Reply(step, 0));

        step = Next(step, new TargetInput.StreamhostsOffered(StreamhostsStanza("s1", Direct, Proxy)));
        var connect = Assert.IsType<TargetOutput.Connect>(Assert.Single(step.Outputs));
        Assert.Equal([Direct, Proxy], connect.Hosts.ToArray());
        Assert.Equal("20f5cd1703a313af1a772966a2b2bd6c085be4e7", connect.Destination.Hex);

        step = Next(step, new TargetInput.LinkUp(Proxy));
        Assert.Equal(StreamhostsStanza("s1", Direct, Proxy).Result(new StreamHostUsed(Relay).ToXml(SessionId)), Reply(step, 0));
        Assert.Equal(new TargetOutput.StartFlow(StreamMethod.Proxy, Proxy), step.Outputs[1]);

        step = Next(step, new TargetInput.Progressed());
        Assert.Equal(TransferState.Activated, step.State.Phase);
        step = Next(step, new TargetInput.Progressed());
        Assert.Equal(TransferState.Streaming, step.State.Phase);
        step = Next(step, new TargetInput.FlowEnded(new FlowEnd.Whole(Size, "ab", "/f")));
        Assert.Equal(new TransferOutcome.Completed(Size, "ab", "/f") { Method = StreamMethod.Proxy }, EndsIn<TransferOutcome.Completed>(step));
    }

    [Theory]
    [InlineData(TransferState.Connected)]
    [InlineData(TransferState.Activated)]
    [InlineData(TransferState.Streaming)]
    public void Target_must_end_like_its_file_once_that_is_being_put_in_place(TransferState phase)
    {
        var step = Target.Next(State(phase) with { Method = StreamMethod.InBand }, new TargetInput.Arrived());
        Assert.IsType<TargetOutput.PutInPlace>(Assert.Single(step.Outputs));
        foreach (var late in new TargetInput[] { new TargetInput.Cancel(), new TargetInput.TimedOut(), new TargetInput.LinkLost() })
        {
            Assert.Equal(Step<TargetState, TargetOutput>.Ignore(step.State), Target.Next(step.State, late));
        }

        Assert.Equal(IqType.Error, Reply(Target.Next(step.State, new TargetInput.InBandOffered(InBandStanza("i1"))), 0).Type);
        EndsIn<TransferOutcome.Completed>(Target.Next(step.State, new TargetInput.FlowEnded(new FlowEnd.Whole(Size, "ab", "/f"))));
        var kept = new FlowEnd.Broken(TransferSide.Local, FailureReason.FileUnwritable, "no") { PartialFile = "/.f.part" };
        Assert.Equal("/.f.part", EndsIn<TransferOutcome.Failed>(Target.Next(step.State, new TargetInput.FlowEnded(kept))).PartialFile);
    }

    [Fact]
    public void Target_must_not_send_local_details_to_the_peer()
    {
        var declined = new TargetInput.HostDeclined(StanzaError.ResourceConstraint.WithText("no room")) { Detail = "/home/bo is full" };
        var step = Target.Next(Fresh, declined);
        Assert.Equal("no room", Reply(step, 0).Error?.Text);
        Assert.Equal("/home/bo is full", EndsIn<TransferOutcome.Refused>(step).Reason);
    }

    [Fact]
    public void Target_must_refuse_an_offer_without_a_known_method()
    {
        var request = OfferStanza(Namespaces.Oob, "urn:example:pigeon");
        Assert.True(SiOffer.TryRead(request.Payload!, out var offer, out _));
        var step = Target.Next(new TargetState(request, offer), new TargetInput.Begin());
        Assert.Equal(request.Fail(SiErrors.NoValidStreams), Reply(step, 0));
        Fails(EndsIn<TransferOutcome.Failed>(step), TransferState.Offer, TransferSide.Peer, FailureReason.NoMethod);
    }

    [Fact]
    public void Target_must_decline_with_the_text_of_the_application()
    {
        var step = Target.Next(Fresh, new TargetInput.HostDeclined(SiErrors.Declined("not now")));
        var answer = Reply(step, 0);
        Assert.Equal(StanzaError.Declined.WithText("not now"), answer.Error);
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Local, "not now"), EndsIn<TransferOutcome.Refused>(step));
    }

    [Fact]
    public void Target_must_abandon_the_first_attempt_when_streamhosts_arrive_twice()
    {
        var step = Target.Next(Trying, new TargetInput.StreamhostsOffered(StreamhostsStanza("s2", Direct)));
        Assert.Equal(("s1", ErrorConditions.Conflict), (Reply(step, 0).Id, Condition(Reply(step, 0))));
        Assert.Equal(Direct, Assert.Single(Assert.IsType<TargetOutput.Connect>(step.Outputs[1]).Hosts));

        var up = Next(step, new TargetInput.LinkUp(Direct));
        Assert.Equal("s2", Reply(up, 0).Id);
    }

    /// <summary>Sixteen attempts for each list, and any number of lists, would be any number of attempts.</summary>
    [Fact]
    public void Target_must_refuse_further_streamhosts_when_a_few_lists_have_arrived()
    {
        var state = Trying with { StreamhostLists = 1 };
        for (var list = 2; list <= Target.MaxStreamhostLists; list++)
        {
            var next = Target.Next(state, new TargetInput.StreamhostsOffered(StreamhostsStanza($"s{list}", Direct)));
            Assert.Contains(next.Outputs, output => output is TargetOutput.Connect);
            state = next.State;
        }

        var refused = Target.Next(state, new TargetInput.StreamhostsOffered(StreamhostsStanza("more", Direct)));
        Assert.Equal(("more", ErrorConditions.NotAcceptable), (Reply(refused, 0).Id, Condition(Reply(refused, 0))));
        Assert.Single(refused.Outputs);
        Assert.Equal($"s{Target.MaxStreamhostLists}", Reply(Next(refused, new TargetInput.LinkUp(Direct)), 0).Id);
    }

    [Theory]
    [InlineData('O')]
    [InlineData('C')]
    [InlineData('V')]
    [InlineData('B')]
    public void Target_must_refuse_unexpected_streamhosts(char letter)
    {
        var step = Target.Next(States.Single(s => s.Letter == letter).State, new TargetInput.StreamhostsOffered(StreamhostsStanza("s2")));
        Assert.Equal(("s2", ErrorConditions.NotAcceptable), (Reply(step, 0).Id, Condition(Reply(step, 0))));
        Assert.Single(step.Outputs);
    }

    [Theory]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams' sid='x1-9c2e'/>", ErrorConditions.BadRequest)]
    [InlineData(
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='x1-9c2e'><streamhost jid='a' host='b' port='0'/></query>", ErrorConditions.BadRequest)]
    [InlineData(
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='x1-9c2e' mode='udp'><streamhost jid='a' host='b'/></query>",
        ErrorConditions.NotAcceptable)]
    public void Target_must_refuse_unusable_streamhosts_and_continue_to_wait(string payload, string condition)
    {
        var request = Iq.Set("s2", Bo, XmlElement.Parse(payload), Ada);
        foreach (var state in new[] { State(TransferState.Accepted), Trying })
        {
            var step = Target.Next(state, new TargetInput.StreamhostsOffered(request));
            Assert.Equal(condition, Condition(Reply(step, 0)));
            Assert.Equal(state, step.State);
        }
    }

    [Fact]
    public void Target_must_use_the_destination_address_that_a_room_member_gives()
    {
        const string given = "c34ab601c693c7358f0888a101be2626b9b4d658";
        var request = Iq.Set("s2", Bo, new StreamHostOffer(SessionId, [Proxy], given).ToXml(), Ada);
        var step = Target.Next(State(TransferState.Accepted), new TargetInput.StreamhostsOffered(request));
        Assert.Equal(given, Assert.IsType<TargetOutput.Connect>(Assert.Single(step.Outputs)).Destination.Hex);

        var junk = Iq.Set("s2", Bo, new StreamHostOffer(SessionId, [Proxy], "junk").ToXml(), Ada);
        step = Target.Next(State(TransferState.Accepted), new TargetInput.StreamhostsOffered(junk));
        Assert.Equal(
            DestinationAddress.Compute(SessionId, Ada, Bo),
            Assert.IsType<TargetOutput.Connect>(Assert.Single(step.Outputs)).Destination);
    }

    [Fact]
    public void Target_must_report_the_result_of_each_streamhost_on_timeout()
    {
        var second = Proxy with { Host = "2001:db8::9" };
        var step = Target.Next(Trying, new TargetInput.StreamhostTried(Proxy, null));
        step = Target.Next(step.State, new TargetInput.StreamhostTried(second, null));
        step = Target.Next(step.State, new TargetInput.StreamhostTried(Proxy, "connection refused"));
        step = Target.Next(step.State, new TargetInput.TimedOut());
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Reply(step, 0)));
        var failure = step.State.Socks5Failure as TransferOutcome.Failed ?? EndsIn<TransferOutcome.Failed>(step);
        Assert.Equal(FailureReason.Timeout, failure.Reason);
        Assert.Contains($"{Proxy.Describe()}: connection refused", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("relay.north.example at [2001:db8::9]:7777: no response so far", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_must_report_that_no_streamhost_was_found()
    {
        var step = Target.Next(Trying, new TargetInput.LinkFailed("refused by all"));
        Assert.Equal(("s1", ErrorConditions.ItemNotFound), (Reply(step, 0).Id, Condition(Reply(step, 0))));
        Assert.Equal(
            new TransferOutcome.Failed(TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.StreamhostUnreachable, "refused by all"),
            EndsIn<TransferOutcome.Failed>(step));
    }

    [Theory]
    [InlineData('O', TransferSide.Local, ErrorConditions.Forbidden)]
    [InlineData('A', TransferSide.Peer, null)]
    [InlineData('H', TransferSide.Proxy, ErrorConditions.ItemNotFound)]
    [InlineData('C', TransferSide.Peer, null)]
    [InlineData('V', TransferSide.Peer, null)]
    [InlineData('B', TransferSide.Peer, null)]
    public void Target_must_report_the_silent_side_on_timeout(char letter, TransferSide side, string? answer)
    {
        var state = States.Single(s => s.Letter == letter).State;
        var step = Target.Next(state, new TargetInput.TimedOut());
        Fails(EndsIn<TransferOutcome.Failed>(step), state.Phase, side, FailureReason.Timeout);
        Assert.Equal(answer, step.Outputs.OfType<TargetOutput.Reply>().Select(reply => Condition(reply.Answer)).SingleOrDefault());
    }

    [Theory]
    [InlineData('O', ErrorConditions.Forbidden)]
    [InlineData('A', null)]
    [InlineData('H', ErrorConditions.NotAcceptable)]
    [InlineData('C', null)]
    [InlineData('V', null)]
    [InlineData('B', null)]
    public void Target_must_send_outstanding_responses_when_it_is_cancelled(char letter, string? answer)
    {
        var state = States.Single(s => s.Letter == letter).State;
        var step = Target.Next(state, new TargetInput.Cancel());
        Assert.Equal(new TransferOutcome.Cancelled(state.Phase, TransferSide.Local), EndsIn<TransferOutcome.Cancelled>(step));
        Assert.Equal(answer, step.Outputs.OfType<TargetOutput.Reply>().Select(reply => Condition(reply.Answer)).SingleOrDefault());
    }

    [Theory]
    [InlineData('O')]
    [InlineData('A')]
    [InlineData('H')]
    public void Target_must_blame_the_server_when_the_link_is_lost_before_the_bytes(char letter)
    {
        var state = States.Single(s => s.Letter == letter).State;
        var step = Target.Next(state, new TargetInput.LinkLost());
        Fails(EndsIn<TransferOutcome.Failed>(step), state.Phase, TransferSide.Server, FailureReason.LinkLost);
        Assert.Single(step.Outputs);
    }
}
