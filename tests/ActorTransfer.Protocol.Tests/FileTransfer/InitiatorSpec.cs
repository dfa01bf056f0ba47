using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

public sealed class InitiatorSpec : InitiatorTest
{
    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Initiator_must_follow_the_table_from_every_state_with_every_input(char letter, string name)
    {
        var column = Array.FindIndex(States, state => state.Letter == letter);
        var state = States[column].State;
        var (_, input, leads) = Inputs.Single(candidate => candidate.Name == name);
        var expected = column < leads.Length ? leads[column] : '.';

        var step = Initiator.Next(state, input);

        if (expected == '.')
        {
            Assert.Equal(state, step.State);
            Assert.Empty(step.Outputs);
            return;
        }

        Assert.Equal(States.Single(other => other.Letter == expected).State.Phase, step.State.Phase);
        Assert.Equal(step.State.Phase.IsEnd(), step.Outputs.Any(output => output is InitiatorOutput.Finish));
        Assert.Equal(expected is 'X' or 'D', step.State is { Phase: TransferState.StreamhostSent, Candidates.IsEmpty: false });
    }

    [Fact]
    public void Initiator_must_complete_through_a_proxy()
    {
        var step = Initiator.Next(Fresh, new InitiatorInput.Begin());
        var offer = Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs));
        Assert.Equal((InitiatorRequest.Offer, Bo), (offer.Request, offer.To));
        Assert.Equal(new SiOffer(SessionId, Plan.File, [Namespaces.Bytestreams]).ToXml(), offer.Payload);

        step = Next(step, Answered(InitiatorRequest.Offer, Accept()));
        Assert.IsType<InitiatorOutput.FindHosts>(Assert.Single(step.Outputs));

        step = Next(step, new InitiatorInput.HostsFound([Direct, Proxy]));
        Assert.Equal(new InitiatorOutput.Listen(Fresh.Destination), Assert.Single(step.Outputs));
        Assert.Equal("20f5cd1703a313af1a772966a2b2bd6c085be4e7", Fresh.Destination.Hex);

        step = Next(step, new InitiatorInput.Listening());
        var streamhosts = Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs));
        Assert.Equal((InitiatorRequest.Streamhosts, Bo), (streamhosts.Request, streamhosts.To));
        Assert.Equal(new StreamHostOffer(SessionId, [Direct, Proxy], Fresh.Destination.Hex).ToXml(), streamhosts.Payload);

        step = Next(step, Answered(InitiatorRequest.Streamhosts, Used(Relay)));
        Connects(step, Proxy);

        step = Next(step, new InitiatorInput.LinkUp());
        var activation = Assert.IsType<InitiatorOutput.Ask>(Assert.Single(step.Outputs));
        Assert.Equal((InitiatorRequest.Activation, Relay), (activation.Request, activation.To));
        Assert.Equal(new Activation(SessionId, Bo).ToXml(), activation.Payload);

        step = Next(step, Answered(InitiatorRequest.Activation, new Answer.Result(null)));
        Assert.Equal(
            [new InitiatorOutput.JudgeProxy(Proxy, Served: true), new InitiatorOutput.StartFlow(0, Size, StreamMethod.Proxy, Proxy)], step.Outputs.ToArray());

        step = Next(step, new InitiatorInput.Progressed());
        var reset = EndsIn<TransferOutcome.Failed>(Next(step, new InitiatorInput.FlowEnded(new FlowEnd.Whole(Size, "ab") { Delivery = Delivery.PeerReset })));
        Assert.Equal((TransferSide.Proxy, FailureReason.ConnectionLost), (reset.Side, reset.Reason));
        step = Next(step, new InitiatorInput.FlowEnded(new FlowEnd.Whole(Size, "ab")));
        Assert.Equal(new TransferOutcome.Completed(Size, "ab") { Method = StreamMethod.Proxy }, EndsIn<TransferOutcome.Completed>(step));
    }

    [Fact]
    public void Initiator_must_use_the_direct_connection_without_an_activation()
    {
        var step = Initiator.Next(Sent, Answered(InitiatorRequest.Streamhosts, Used(Ada)));
        Assert.Equal(new InitiatorOutput.TakeDirect(Fresh.Destination), Assert.Single(step.Outputs));

        step = Next(step, new InitiatorInput.LinkUp());
        Assert.Equal(TransferState.Activated, step.State.Phase);
        Assert.Equal(new InitiatorOutput.StartFlow(0, Size, StreamMethod.Direct, Direct), Assert.Single(step.Outputs));
    }

    [Theory]
    [InlineData(ErrorConditions.Forbidden)]
    [InlineData(ErrorConditions.NotAcceptable)]
    public void Initiator_must_read_a_decline(string condition)
    {
        var named = Initiator.Next(Fresh, Answered(InitiatorRequest.Offer, Error(new StanzaError(ErrorType.Cancel, condition, "no thanks"))));
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Peer, "no thanks"), EndsIn<TransferOutcome.Refused>(named));

        var silent = Initiator.Next(Fresh, Answered(InitiatorRequest.Offer, Error(new StanzaError(ErrorType.Cancel, condition))));
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Peer, condition), EndsIn<TransferOutcome.Refused>(silent));
    }

    [Theory]
    [InlineData(ErrorConditions.BadRequest, TransferSide.Peer, FailureReason.NoMethod)]
    [InlineData(ErrorConditions.ResourceConstraint, TransferSide.Peer, FailureReason.Overloaded)]
    [InlineData(ErrorConditions.ServiceUnavailable, TransferSide.Peer, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.FeatureNotImplemented, TransferSide.Peer, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.RecipientUnavailable, TransferSide.Server, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.Conflict, TransferSide.Peer, FailureReason.Overloaded)]
    [InlineData(ErrorConditions.UndefinedCondition, TransferSide.Peer, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.RemoteServerNotFound, TransferSide.Server, FailureReason.NotSupported)]
    [InlineData(ErrorConditions.RemoteServerTimeout, TransferSide.Server, FailureReason.NotSupported)]
    public void Initiator_must_distinguish_failures_of_an_offer(string condition, TransferSide side, FailureReason reason) =>
        Fails(Answered(Fresh, InitiatorRequest.Offer, Error(new StanzaError(ErrorType.Cancel, condition))), TransferState.Offer, side, reason);

    [Theory]
    [InlineData(NoAnswer.Timeout, TransferSide.Peer, FailureReason.Timeout)]
    [InlineData(NoAnswer.LinkLost, TransferSide.Server, FailureReason.LinkLost)]
    [InlineData(NoAnswer.Overloaded, TransferSide.Local, FailureReason.Overloaded)]
    internal void Initiator_must_distinguish_reasons_of_a_missing_response(NoAnswer why, TransferSide side, FailureReason reason)
    {
        Fails(Answered(Fresh, InitiatorRequest.Offer, Silence(why)), TransferState.Offer, side, reason);
        Fails(Answered(Sent, InitiatorRequest.Streamhosts, Silence(why)), TransferState.StreamhostSent, side, reason);
        Fails(
            Answered(States.Single(s => s.Letter == 'C').State, InitiatorRequest.Activation, Silence(why)),
            TransferState.Connected,
            side == TransferSide.Peer ? TransferSide.Proxy : side,
            reason);
    }

    [Fact]
    public void Initiator_must_fail_when_no_offered_method_was_accepted()
    {
        Fails(Answered(Fresh, InitiatorRequest.Offer, Accept(null, Namespaces.Ibb)), TransferState.Offer, TransferSide.Peer, FailureReason.NoMethod);
        Fails(Answered(Fresh, InitiatorRequest.Offer, new Answer.Result(null)), TransferState.Offer, TransferSide.Peer, FailureReason.NoMethod);
    }

    [Theory]
    [InlineData(0, null, 0, Size)]
    [InlineData(400, null, 400, 600)]
    [InlineData(0, 300L, 0, 300)]
    [InlineData(400, 600L, 400, 600)]
    [InlineData(Size, null, Size, 0)]
    [InlineData(Size, 0L, Size, 0)]
    public void Initiator_must_send_the_requested_range(long offset, long? length, long from, long count)
    {
        var step = Initiator.Next(Fresh, Answered(InitiatorRequest.Offer, Accept(new FileRange(offset, length))));
        step = Next(step, new InitiatorInput.HostsFound([Direct]));
        step = Next(step, new InitiatorInput.Listening());
        step = Next(step, Answered(InitiatorRequest.Streamhosts, Used(Ada)));
        step = Next(step, new InitiatorInput.LinkUp());
        Assert.Equal(new InitiatorOutput.StartFlow(from, count, StreamMethod.Direct, Direct), Assert.Single(step.Outputs));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(Size + 1, null)]
    [InlineData(0, Size + 1)]
    [InlineData(Size, 1L)]
    [InlineData(1, Size)]
    [InlineData(1, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(0, -1L)]
    public void Initiator_must_refuse_a_range_outside_the_file(long offset, long? length) =>
        Fails(
            Answered(Fresh, InitiatorRequest.Offer, Accept(new FileRange(offset, length))),
            TransferState.Offer,
            TransferSide.Peer,
            FailureReason.ProtocolViolation);

    [Fact]
    public void Initiator_must_refuse_a_range_that_it_did_not_offer()
    {
        var plain = new InitiatorState(Plan with { File = Plan.File with { Ranged = false } });
        Fails(
            Answered(plain, InitiatorRequest.Offer, Accept(new FileRange(400, null))), TransferState.Offer, TransferSide.Peer, FailureReason.ProtocolViolation);
        Assert.Equal(TransferState.Accepted, Initiator.Next(plain, Answered(InitiatorRequest.Offer, Accept(new FileRange(0, null)))).State.Phase);
    }

    [Theory]
    [InlineData('O', TransferSide.Peer)]
    [InlineData('A', TransferSide.Server)]
    [InlineData('P', TransferSide.Local)]
    [InlineData('S', TransferSide.Peer)]
    [InlineData('X', TransferSide.Proxy)]
    [InlineData('C', TransferSide.Proxy)]
    [InlineData('V', TransferSide.Peer)]
    [InlineData('B', TransferSide.Peer)]
    public void Initiator_must_report_the_silent_side_on_timeout(char letter, TransferSide side)
    {
        var state = States.Single(s => s.Letter == letter).State;
        Fails(EndsIn<TransferOutcome.Failed>(Initiator.Next(state, new InitiatorInput.TimedOut())), state.Phase, side, FailureReason.Timeout);
    }

    [Fact]
    public void Initiator_must_report_the_state_it_was_cancelled_in()
    {
        foreach (var (_, state) in States.Where(s => !s.State.Phase.IsEnd()))
        {
            Assert.Equal(
                new TransferOutcome.Cancelled(state.Phase, TransferSide.Local),
                EndsIn<TransferOutcome.Cancelled>(Initiator.Next(state, new InitiatorInput.Cancel())));
        }
    }

    /// <summary>Every input with the next state from each of OAPSXDCVB; a dot: ignored. End states ignore all.</summary>
    private static readonly (string Name, InitiatorInput Input, string Leads)[] Inputs =
    [
        ("begin", new InitiatorInput.Begin(), "O........"),
        ("accepted", Answered(InitiatorRequest.Offer, Accept()), "A........"),
        ("declined", Answered(InitiatorRequest.Offer, Error(StanzaError.Declined)), "r........"),
        ("offer refused", Answered(InitiatorRequest.Offer, Error(StanzaError.BadRequest)), "f........"),
        ("offer unanswered", Answered(InitiatorRequest.Offer, Silence()), "f........"),
        ("hosts", new InitiatorInput.HostsFound([Direct, Proxy]), ".P......."),
        ("no hosts", new InitiatorInput.HostsFound([]), ".f......."),
        ("listening", new InitiatorInput.Listening(), "..S......"),
        ("proxy used", Answered(InitiatorRequest.Streamhosts, Used(Relay)), "...X....."),
        ("direct used", Answered(InitiatorRequest.Streamhosts, Used(Ada)), "...D....."),
        ("unknown streamhost used", Answered(InitiatorRequest.Streamhosts, Used(Bo)), "...f....."),
        ("nothing used", Answered(InitiatorRequest.Streamhosts, new Answer.Result(null)), "...f....."),
        ("none reached", Answered(InitiatorRequest.Streamhosts, Error(StanzaError.ItemNotFound)), "...f....."),
        ("hosts unanswered", Answered(InitiatorRequest.Streamhosts, Silence()), "...f....."),
        ("link up", new InitiatorInput.LinkUp(), "....CV..."),
        ("link failed", new InitiatorInput.LinkFailed("no"), "....ff..."),
        ("activated", Answered(InitiatorRequest.Activation, new Answer.Result(null)), "......V.."),
        ("activation refused", Answered(InitiatorRequest.Activation, Error(StanzaError.NotAllowed)), "......f.."),
        ("activation unanswered", Answered(InitiatorRequest.Activation, Silence()), "......f.."),
        ("progressed", new InitiatorInput.Progressed(), ".......B."),
        ("flow whole", new InitiatorInput.FlowEnded(new FlowEnd.Whole(Size, "00")), ".......kk"),
        ("flow closed", new InitiatorInput.FlowEnded(new FlowEnd.ClosedByPeer()), ".......cc"),
        (
            "flow broken",
            new InitiatorInput.FlowEnded(new FlowEnd.Broken(TransferSide.Peer, FailureReason.ConnectionLost, "reset")),
            ".......ff"),
        ("timed out", new InitiatorInput.TimedOut(), "fffffffff"),
        ("cancel", new InitiatorInput.Cancel(), "ccccccccc"),
    ];

    public static TheoryData<char, string> EveryPair()
    {
        var pairs = new TheoryData<char, string>();
        foreach (var (letter, _) in States)
        {
            foreach (var (name, _, _) in Inputs)
            {
                pairs.Add(letter, name);
            }
        }

        return pairs;
    }
}
