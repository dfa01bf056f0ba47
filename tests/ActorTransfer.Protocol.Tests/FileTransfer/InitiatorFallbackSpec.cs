using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>From SOCKS5 to in-band bytestreams, at both ends.</summary>
public sealed class InitiatorFallbackSpec
{
    private const string Second = "second-session";
    private static readonly InitiatorState Fresh = new(Plan with { Methods = StreamMethods.All, SecondSessionId = Second });
    private static readonly InitiatorState Sent = Fresh with { Phase = TransferState.StreamhostSent, Hosts = [Direct, Proxy] };
    private static readonly InitiatorState Dialling = Sent with { Candidates = [Proxy] };
    private static readonly InitiatorState Opening = Sent with { IsOpeningInBand = true, Socks5Failure = Failure(TransferState.StreamhostSent) };

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

    private static bool Same(Step<InitiatorState, InitiatorOutput> left, Step<InitiatorState, InitiatorOutput> right) =>
        left.State == right.State && left.Outputs.SequenceEqual(right.Outputs);

    private static TransferOutcome.Failed Failure(TransferState phase) =>
        new(phase, TransferSide.Peer, FailureReason.StreamhostUnreachable, "none reached");

    private static InitiatorInput Answered(InitiatorRequest request, Answer answer) => new InitiatorInput.Answered(request, answer);

    private static InitiatorInput Refused() => new InitiatorInput.InBandFailed(Error(StanzaError.NotAcceptable), "refused");

    private static TransferOutcome Ended(InitiatorState state, InitiatorInput input) => EndsIn<TransferOutcome.Failed>(Initiator.Next(state, input));
}
