using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>From SOCKS5 to in-band bytestreams, at both ends.</summary>
public sealed class FallbackSpec
{
    private const string Second = "second-session";

    private static readonly InitiatorState Fresh = new(Plan with { Methods = StreamMethods.All, SecondSessionId = Second });

    private static readonly InitiatorState Sent = Fresh with { Phase = TransferState.StreamhostSent, Hosts = [Direct, Proxy] };

    private static readonly InitiatorState Dialling = Sent with { Candidates = [Proxy] };

    private static readonly InitiatorState Opening = Sent with { IsOpeningInBand = true, Socks5Failure = Failure(TransferState.StreamhostSent) };

    /// <summary>Each SOCKS5 failure before any bytes were sent.</summary>
    private static readonly Dictionary<string, (InitiatorState State, InitiatorInput Input)> Failures = new()
    {
        ["no streamhost"] = (Fresh with { Phase = TransferState.Accepted }, new InitiatorInput.HostsFound([])),
        ["discovery too slow"] = (Fresh with { Phase = TransferState.Accepted }, new InitiatorInput.TimedOut()),
        ["listener too slow"] = (Fresh with { Phase = TransferState.ProxyDiscovered }, new InitiatorInput.TimedOut()),
        ["none reached"] = (Sent, Answered(InitiatorRequest.Streamhosts, Error(StanzaError.ItemNotFound))),
        ["not acceptable"] = (Sent, Answered(InitiatorRequest.Streamhosts, Error(StanzaError.NotAcceptable))),
        ["undefined"] = (Sent, Answered(InitiatorRequest.Streamhosts, Error(StanzaError.UndefinedCondition))),
        ["unknown streamhost used"] = (Sent, Answered(InitiatorRequest.Streamhosts, Used(Bo))),
        ["no streamhost used"] = (Sent, Answered(InitiatorRequest.Streamhosts, new Answer.Result(null))),
        ["no answer"] = (Sent, Answered(InitiatorRequest.Streamhosts, Silence())),
        ["no answer by the timer"] = (Sent, new InitiatorInput.TimedOut()),
        ["proxy unreachable"] = (Dialling, new InitiatorInput.LinkFailed("refused")),
        ["proxy too slow"] = (Dialling, new InitiatorInput.TimedOut()),
        ["direct connection never seen"] = (Sent with { Candidates = [Direct] }, new InitiatorInput.LinkFailed("never seen")),
        ["activation refused"] = (
            Dialling with { Phase = TransferState.Connected }, Answered(InitiatorRequest.Activation, Error(StanzaError.NotAllowed))),
        ["activation unanswered"] = (Dialling with { Phase = TransferState.Connected }, Answered(InitiatorRequest.Activation, Silence())),
        ["activation too slow"] = (Dialling with { Phase = TransferState.Connected }, new InitiatorInput.TimedOut()),
    };

    public static TheoryData<string> EveryFailure() => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(EveryFailure))]
    public void Initiator_must_open_an_in_band_bytestream_with_the_same_session_when_SOCKS5_fails(string name)
    {
        var (state, input) = Failures[name];

        var step = Initiator.Next(state, input);

        Assert.Equal(new InitiatorOutput.OpenInBand(SessionId, BlockOrder.Known), step.Outputs[^1]);
        Assert.True(step.State is { IsOpeningInBand: true, Phase: < TransferState.Connected, Socks5Failure: TransferOutcome.Failed });

        step = Initiator.Next(step.State, new InitiatorInput.InBandUp());
        Assert.Equal(TransferState.Streaming, step.State.Phase);
        Assert.Equal(new InitiatorOutput.StartFlow(0, Size, StreamMethod.InBand, null), Assert.Single(step.Outputs));

        step = Initiator.Next(step.State, new InitiatorInput.FlowEnded(new FlowEnd.Whole(Size, "ab")));
        Assert.Equal(new TransferOutcome.Completed(Size, "ab") { Method = StreamMethod.InBand }, EndsIn<TransferOutcome.Completed>(step));
    }

    [Theory]
    [MemberData(nameof(EveryFailure))]
    public void Initiator_must_fail_when_in_band_is_not_allowed(string name)
    {
        var (state, input) = Failures[name];
        state = state with { Plan = state.Plan with { Methods = StreamMethods.Socks5 } };
        Assert.Equal(state.Phase, EndsIn<TransferOutcome.Failed>(Initiator.Next(state, input)).Phase);
    }

    [Theory]
    [InlineData(StreamMethods.All, Size - 1, false, new[] { Namespaces.Bytestreams })]
    [InlineData(StreamMethods.All, Size, true, new[] { Namespaces.Bytestreams, Namespaces.Ibb })]
    [InlineData(StreamMethods.Direct, Size, false, new[] { Namespaces.Bytestreams })]
    [InlineData(StreamMethods.Proxy | StreamMethods.InBand, Size, true, new[] { Namespaces.Bytestreams, Namespaces.Ibb })]
    [InlineData(StreamMethods.InBand, 1L, true, new[] { Namespaces.Ibb })]
    public void Initiator_must_offer_the_methods_that_its_policy_allows_for_the_size(StreamMethods allowed, long most, bool inBand, string[] methods)
    {
        var plan = Plan with { Methods = allowed, InBandMost = most };
        Assert.Equal(inBand, plan.MayGoInBand);
        Assert.Equal(methods, new InitiatorState(plan).Methods.ToArray());
    }

    [Theory]
    [InlineData(false, Namespaces.Ibb)]
    [InlineData(true, Namespaces.Bytestreams)]
    [InlineData(true, Namespaces.Bytestreams, Namespaces.Ibb)]
    [InlineData(true, Namespaces.Ibb, Namespaces.Bytestreams)]
    [InlineData(true, Namespaces.Oob, Namespaces.Bytestreams)]
    public void Initiator_must_try_SOCKS5_first_when_several_methods_were_accepted(bool socks5, params string[] methods)
    {
        var step = Initiator.Next(Fresh, Answered(InitiatorRequest.Offer, Accept(null, methods)));
        Assert.Equal(TransferState.Accepted, step.State.Phase);
        Assert.Equal(socks5 ? new InitiatorOutput.FindHosts() : new InitiatorOutput.OpenInBand(SessionId, BlockOrder.Known), Assert.Single(step.Outputs));
    }

    [Fact]
    public void Initiator_must_make_one_more_offer_when_the_peer_refuses_the_fallback()
    {
        var step = Initiator.Next(Opening, Refused());
        Assert.Equal(new InitiatorOutput.ChangeSession(Second), step.Outputs[0]);
        var offer = Assert.IsType<InitiatorOutput.Ask>(step.Outputs[1]);
        Assert.Equal(new SiOffer(Second, Plan.File, [Namespaces.Ibb]).ToXml(), offer.Payload);
        Assert.Equal(TransferState.Offer, step.State.Phase);

        step = Initiator.Next(step.State, Answered(InitiatorRequest.Offer, Accept(new FileRange(400, null), Namespaces.Ibb)));
        Assert.Equal(new InitiatorOutput.OpenInBand(Second, BlockOrder.Known), Assert.Single(step.Outputs));

        step = Initiator.Next(step.State, new InitiatorInput.InBandUp());
        Assert.Equal(new InitiatorOutput.StartFlow(400, 600, StreamMethod.InBand, null), Assert.Single(step.Outputs));
    }

    [Fact]
    public void Initiator_must_report_the_first_failure_when_all_methods_fail()
    {
        var first = Failure(TransferState.StreamhostSent);
        var again = Initiator.Next(Opening, Refused()).State;
        Assert.Equal(first, EndsIn<TransferOutcome.Failed>(Initiator.Next(again, Answered(InitiatorRequest.Offer, Error(StanzaError.BadRequest)))));
        Assert.Equal(first, EndsIn<TransferOutcome.Failed>(Initiator.Next(Opening, new InitiatorInput.TimedOut())));
        Assert.Equal(first, EndsIn<TransferOutcome.Failed>(Initiator.Next(Opening, new InitiatorInput.InBandFailed(Silence(), "no answer"))));

        var never = Opening with { Plan = Opening.Plan with { SecondSessionId = null } };
        Assert.Equal(first, EndsIn<TransferOutcome.Failed>(Initiator.Next(never, Refused())));
        var twice = Initiator.Next(again, Answered(InitiatorRequest.Offer, Accept(null, Namespaces.Ibb))).State;
        Assert.Equal(first, EndsIn<TransferOutcome.Failed>(Initiator.Next(twice, Refused())));
    }

    [Fact]
    public void Initiator_must_respect_a_decline_of_the_second_offer()
    {
        var again = Initiator.Next(Opening, Refused()).State;
        var step = Initiator.Next(again, Answered(InitiatorRequest.Offer, Error(StanzaError.Declined.WithText("enough"))));
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Peer, "enough"), EndsIn<TransferOutcome.Refused>(step));
    }

    [Fact]
    public void Initiator_must_blame_the_peer_when_the_method_it_chose_is_refused()
    {
        var chosen = Fresh with { Phase = TransferState.Accepted, IsOpeningInBand = true };
        Fails(EndsIn<TransferOutcome.Failed>(Initiator.Next(chosen, Refused())), TransferState.Accepted, TransferSide.Peer, FailureReason.InBandRefused);
        Fails(
            EndsIn<TransferOutcome.Failed>(Initiator.Next(chosen, new InitiatorInput.InBandFailed(Silence(), "silence"))),
            TransferState.Accepted,
            TransferSide.Peer,
            FailureReason.Timeout);
        Fails(
            EndsIn<TransferOutcome.Failed>(Initiator.Next(chosen, new InitiatorInput.TimedOut())), TransferState.Accepted, TransferSide.Peer,
            FailureReason.Timeout);
    }

    [Theory]
    [InlineData(NoAnswer.LinkLost, TransferSide.Server, FailureReason.LinkLost)]
    [InlineData(NoAnswer.Overloaded, TransferSide.Local, FailureReason.Overloaded)]
    internal void Initiator_must_not_fall_back_when_its_own_link_failed(NoAnswer why, TransferSide side, FailureReason reason)
    {
        Fails(Ended(Sent, Answered(InitiatorRequest.Streamhosts, Silence(why))), TransferState.StreamhostSent, side, reason);
        Fails(Ended(Opening, new InitiatorInput.InBandFailed(Silence(why), "x")), TransferState.StreamhostSent, side, reason);
    }

    [Fact]
    public void Initiator_must_distinguish_a_lost_link_from_a_server_without_proxies() => Fails(
        Ended(Fresh with { Phase = TransferState.Accepted }, new InitiatorInput.HostsFound([], LinkLost: true)),
        TransferState.Accepted,
        TransferSide.Server,
        FailureReason.LinkLost);

    [Fact]
    public void Initiator_must_ignore_late_responses_of_SOCKS5_while_it_opens_in_band()
    {
        InitiatorInput[] late =
        [
            Answered(InitiatorRequest.Streamhosts, Used(Relay)), Answered(InitiatorRequest.Activation, new Answer.Result(null)),
            new InitiatorInput.LinkUp(), new InitiatorInput.LinkFailed("late"), new InitiatorInput.HostsFound([Proxy]), new InitiatorInput.Listening(),
        ];
        Assert.All(late, input => Assert.Equal(Step<InitiatorState, InitiatorOutput>.Ignore(Opening), Initiator.Next(Opening, input), Same));
    }

    [Fact]
    public void Initiator_must_report_the_proxies_that_failed()
    {
        var failed = new InitiatorOutput.JudgeProxy(Proxy, Served: false);
        Assert.Contains(failed, Initiator.Next(Dialling, new InitiatorInput.LinkFailed("refused", [Proxy])).Outputs);
        var connected = Dialling with { Phase = TransferState.Connected };
        Assert.Contains(failed, Initiator.Next(connected, new InitiatorInput.TimedOut()).Outputs);
        Assert.Contains(failed, Initiator.Next(connected, Answered(InitiatorRequest.Activation, Error(StanzaError.NotAllowed))).Outputs);
    }

    [Theory]
    [InlineData(StreamMethods.All, Namespaces.Bytestreams, Namespaces.Ibb, Namespaces.Bytestreams)]
    [InlineData(StreamMethods.InBand, Namespaces.Ibb, Namespaces.Ibb, Namespaces.Bytestreams)]
    [InlineData(StreamMethods.Proxy, Namespaces.Bytestreams, Namespaces.Ibb, Namespaces.Bytestreams)]
    [InlineData(StreamMethods.All, Namespaces.Ibb, Namespaces.Ibb)]
    [InlineData(StreamMethods.InBand, null, Namespaces.Bytestreams)]
    [InlineData(StreamMethods.Socks5, null, Namespaces.Ibb)]
    public void Target_must_select_one_method_that_it_accepts(StreamMethods methods, string? chosen, params string[] offered)
    {
        var step = Target.Next(Offered(offered), new TargetInput.HostAccepted(methods));
        var answer = Reply(step, 0);
        if (chosen is null)
        {
            Assert.Equal(SiErrors.NoValidStreams, answer.Error);
            Assert.Equal(TransferState.Failed, step.State.Phase);
            return;
        }

        Assert.Equal(new SiAccept([chosen]).ToXml(), answer.Payload);
        Assert.Equal(methods, step.State.Methods);
    }

    [Fact]
    public void Target_must_request_the_rest_of_a_partial_file()
    {
        var step = Target.Next(Offered(Namespaces.Bytestreams), new TargetInput.HostAccepted(StreamMethods.All, Offset: 400));
        Assert.Equal(new FileRange(400, null), SiAccept.Read(Reply(step, 0).Payload).Range);
    }

    [Theory]
    [InlineData(TransferState.Accepted)]
    [InlineData(TransferState.StreamhostReceived)]
    [InlineData(TransferState.Connected)]
    public void Target_must_accept_an_in_band_bytestream_until_bytes_arrive(TransferState phase)
    {
        var owes = phase == TransferState.StreamhostReceived;
        var state = Agreed(phase) with { Streamhosts = owes ? StreamhostsStanza("s1") : null };

        var step = Target.Next(state, new TargetInput.InBandOffered(InBandStanza("i1")));

        Assert.Equal(new TargetOutput.OpenInBand(InBandStanza("i1")), step.Outputs[^1]);
        Assert.Equal(owes ? ["s1"] : [], step.Outputs.OfType<TargetOutput.Reply>().Select(reply => reply.Answer.Id));

        step = Target.Next(step.State, new TargetInput.InBandUp());
        Assert.Equal(new TargetOutput.StartFlow(StreamMethod.InBand, null), Assert.Single(step.Outputs));
        Assert.Equal(TransferState.Streaming, step.State.Phase);

        step = Target.Next(step.State, new TargetInput.FlowEnded(new FlowEnd.Whole(Size, "ab", "/f")));
        Assert.Equal(new TransferOutcome.Completed(Size, "ab", "/f") { Method = StreamMethod.InBand }, EndsIn<TransferOutcome.Completed>(step));
    }

    [Theory]
    [InlineData(TransferState.Offer, StreamMethods.All)]
    [InlineData(TransferState.Activated, StreamMethods.All)]
    [InlineData(TransferState.Streaming, StreamMethods.All)]
    [InlineData(TransferState.Accepted, StreamMethods.Socks5)]
    public void Target_must_refuse_an_unexpected_in_band_bytestream(TransferState phase, StreamMethods methods)
    {
        var state = Agreed(phase) with { Methods = methods };
        var step = Target.Next(state, new TargetInput.InBandOffered(InBandStanza("i1")));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.NotAcceptable), (Reply(step, 0).Error!.Type, Condition(Reply(step, 0))));
        Assert.Equal(state, step.State);
    }

    [Fact]
    public void Target_must_wait_for_the_fallback_when_no_streamhost_was_reached()
    {
        var trying = Agreed(TransferState.StreamhostReceived) with { Streamhosts = StreamhostsStanza("s1") };

        var step = Target.Next(trying, new TargetInput.LinkFailed("refused by all"));

        Assert.Equal(("s1", ErrorConditions.ItemNotFound), (Reply(step, 0).Id, Condition(Reply(step, 0))));
        Assert.Single(step.Outputs);
        Assert.Equal(TransferState.Accepted, step.State.Phase);
        Assert.Equal(
            new TransferOutcome.Failed(TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.StreamhostUnreachable, "refused by all"),
            EndsIn<TransferOutcome.Failed>(Target.Next(step.State, new TargetInput.TimedOut())));
    }

    [Fact]
    public void Target_must_wait_for_the_fallback_when_the_bytestream_fails_before_its_first_byte()
    {
        foreach (FlowEnd end in new FlowEnd[] { new FlowEnd.ClosedByPeer(), new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "0 bytes") })
        {
            var step = Target.Next(Agreed(TransferState.Connected), new TargetInput.FlowEnded(end));
            Assert.Equal(TransferState.Accepted, step.State.Phase);
            Assert.Empty(step.Outputs);
        }

        var full = new FlowEnd.Broken(TransferSide.Local, FailureReason.NoSpace, "full");
        Assert.Equal(TransferState.Failed, Target.Next(Agreed(TransferState.Connected), new TargetInput.FlowEnded(full)).State.Phase);
        Assert.Equal(TransferState.Cancelled, Target.Next(Agreed(TransferState.Activated), new TargetInput.FlowEnded(new FlowEnd.ClosedByPeer())).State.Phase);
    }

    [Theory]
    [InlineData(StreamMethods.Direct)]
    [InlineData(StreamMethods.Proxy)]
    public void Target_must_try_only_the_kind_of_streamhost_that_it_accepts(StreamMethods methods)
    {
        var state = Agreed(TransferState.Accepted) with { Methods = methods };
        var step = Target.Next(state, new TargetInput.StreamhostsOffered(StreamhostsStanza("s1", Direct, Proxy)));
        Assert.Equal([methods == StreamMethods.Direct ? Direct : Proxy], Assert.IsType<TargetOutput.Connect>(Assert.Single(step.Outputs)).Hosts.ToArray());
    }

    [Fact]
    public void Target_must_refuse_streamhosts_when_it_accepts_none()
    {
        var step = Target.Next(
            Agreed(TransferState.Accepted) with { Methods = StreamMethods.InBand }, new TargetInput.StreamhostsOffered(StreamhostsStanza("s1")));
        Assert.Equal(ErrorConditions.NotAcceptable, Condition(Reply(step, 0)));
    }

    [Fact]
    public void Target_must_fail_when_the_link_of_the_bytes_is_lost()
    {
        var state = Agreed(TransferState.Streaming) with { Method = StreamMethod.InBand };
        Fails(
            EndsIn<TransferOutcome.Failed>(Target.Next(state, new TargetInput.LinkLost())), TransferState.Streaming, TransferSide.Server,
            FailureReason.LinkLost);
    }

    private static bool Same(Step<InitiatorState, InitiatorOutput> left, Step<InitiatorState, InitiatorOutput> right) =>
        left.State == right.State && left.Outputs.SequenceEqual(right.Outputs);

    private static TransferOutcome.Failed Failure(TransferState phase) =>
        new(phase, TransferSide.Peer, FailureReason.StreamhostUnreachable, "none reached");

    private static InitiatorInput Answered(InitiatorRequest request, Answer answer) => new InitiatorInput.Answered(request, answer);

    private static InitiatorInput Refused() => new InitiatorInput.InBandFailed(Error(StanzaError.NotAcceptable), "refused");

    private static TransferOutcome Ended(InitiatorState state, InitiatorInput input) => EndsIn<TransferOutcome.Failed>(Initiator.Next(state, input));

    private static TargetState Offered(params string[] methods)
    {
        var request = OfferStanza(methods);
        return SiOffer.TryRead(request.Payload!, out var offer, out _)
            ? new TargetState(request, offer)
            : throw new InvalidOperationException("The offer of the tests is not a valid offer.");
    }

    private static TargetState Agreed(TransferState phase) => Offered() with { Phase = phase };

    private static Iq Reply(Step<TargetState, TargetOutput> step, int index) => Assert.IsType<TargetOutput.Reply>(step.Outputs[index]).Answer;
}
