using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>When in-band bytestreams come first, and when they are tried again one block at a time.</summary>
public sealed class InBandChoiceSpec
{
    private const string Second = "second-session";
    private const string Third = "third-session";

    private static readonly InitiatorPlan Ranged = Plan with
    {
        Methods = StreamMethods.All,
        File = Plan.File with { Ranged = true },
        SecondSessionId = Second,
        LockStepSessionId = Third,
    };

    private static readonly InitiatorState Streaming = new(Ranged) { Phase = TransferState.Streaming, Method = StreamMethod.InBand };

    [Fact]
    public void Reordering_must_lead_to_one_more_offer_of_the_whole_file_one_block_at_a_time()
    {
        var step = Initiator.Next(Streaming with { Range = new FileRange(400, null) }, new InitiatorInput.InBandOrderLost("lost"));
        Assert.Equal(new InitiatorOutput.ChangeSession(Third), step.Outputs[0]);
        var offer = Assert.IsType<InitiatorOutput.Ask>(step.Outputs[1]);
        Assert.Equal(new SiOffer(Third, Ranged.File, [Namespaces.Ibb]).ToXml(), offer.Payload);
        Assert.Equal(TransferState.Offer, step.State.Phase);

        step = Initiator.Next(step.State, Answered(InitiatorRequest.Offer, Accept(null, Namespaces.Ibb)));
        Assert.Equal(new InitiatorOutput.OpenInBand(Third, null), Assert.Single(step.Outputs));
        step = Initiator.Next(step.State, new InitiatorInput.InBandUp());
        Assert.Equal(new InitiatorOutput.StartFlow(0, Size, StreamMethod.InBand, null), Assert.Single(step.Outputs));
        Assert.Empty(Initiator.Next(step.State, new InitiatorInput.InBandOrderLost("again")).Outputs);
    }

    /// <summary>Also when the offer with reordered blocks was a second one already, after SOCKS5 failed.</summary>
    [Fact]
    public void Reordering_in_a_second_offer_must_lead_to_one_more()
    {
        var step = Initiator.Next(Streaming with { SessionId = Second, Methods = [Namespaces.Ibb] }, new InitiatorInput.InBandOrderLost("lost"));
        Assert.Equal(new InitiatorOutput.ChangeSession(Third), step.Outputs[0]);
    }

    [Fact]
    public void Content_that_can_be_read_once_must_not_be_offered_again_and_needs_an_in_order_guarantee()
    {
        var once = Ranged with { File = Plan.File with { Ranged = false } };
        Assert.Empty(Initiator.Next(Streaming with { Plan = once }, new InitiatorInput.InBandOrderLost("lost")).Outputs);
        Assert.Equal(BlockOrder.Promised, new InitiatorState(once).LeastOrder);
        Assert.Equal(BlockOrder.Known, new InitiatorState(Ranged).LeastOrder);
    }

    [Fact]
    public void Empty_file_must_be_offered_in_band_only_and_over_SOCKS5_as_fallback()
    {
        var empty = new InitiatorState(Ranged with { File = Plan.File with { Size = 0 } });
        Assert.Equal([Namespaces.Ibb], empty.Methods.ToArray());

        var step = Initiator.Next(empty, Answered(InitiatorRequest.Offer, Error(SiErrors.NoValidStreams)));
        Assert.Equal(new InitiatorOutput.ChangeSession(Second), step.Outputs[0]);
        Assert.Equal([Namespaces.Bytestreams], step.State.Methods.ToArray());
        Assert.IsType<TransferOutcome.Failed>(EndsIn<TransferOutcome.Failed>(
            Initiator.Next(step.State, Answered(InitiatorRequest.Offer, Error(SiErrors.NoValidStreams)))));
    }

    [Theory]
    [InlineData(StreamMethods.Socks5, long.MaxValue, new[] { Namespaces.Bytestreams })]
    [InlineData(StreamMethods.All, 0, new[] { Namespaces.Bytestreams })]
    [InlineData(StreamMethods.InBand, 0, new[] { Namespaces.Ibb })]
    public void Empty_file_must_be_offered_by_the_allowed_methods(StreamMethods allowed, long most, string[] methods)
    {
        var plan = Ranged with { File = Plan.File with { Size = 0 }, Methods = allowed, InBandMost = most };
        Assert.Equal(methods, new InitiatorState(plan).Methods.ToArray());
    }

    [Theory]
    [InlineData(0, StreamMethods.All, Namespaces.Ibb)]
    [InlineData(0, StreamMethods.Socks5, Namespaces.Bytestreams)]
    [InlineData(1, StreamMethods.All, Namespaces.Bytestreams)]
    public void Target_must_choose_in_band_for_an_empty_file(long size, StreamMethods methods, string method)
    {
        var request = Iq.Set("offer", Bo, new SiOffer(SessionId, Plan.File with { Size = size }, [Namespaces.Bytestreams, Namespaces.Ibb]).ToXml(), Ada);
        Assert.True(SiOffer.TryRead(request.Payload!, out var offer, out _));
        var step = Target.Next(new TargetState(request, offer), new TargetInput.HostAccepted(methods));
        var accept = Assert.IsType<TargetOutput.Reply>(Assert.Single(step.Outputs)).Answer;
        Assert.Equal(new SiAccept([method]).ToXml(), accept.Payload);
    }

    private static InitiatorInput Answered(InitiatorRequest request, Answer answer) => new InitiatorInput.Answered(request, answer);
}
