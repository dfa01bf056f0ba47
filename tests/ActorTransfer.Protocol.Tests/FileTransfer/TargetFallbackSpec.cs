using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>The target selects methods and waits for the fallback.</summary>
public sealed class TargetFallbackSpec
{
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
    public void Lost_link_of_the_bytes_must_not_fail_a_target_that_may_have_all_of_them()
    {
        var state = Agreed(TransferState.Streaming) with { Method = StreamMethod.InBand };
        Assert.Equal(Step<TargetState, TargetOutput>.Ignore(state), Target.Next(state, new TargetInput.LinkLost()));

        // The in-band bytestream knows: it was closed in order before, or it is not complete.
        EndsIn<TransferOutcome.Completed>(Target.Next(state, new TargetInput.FlowEnded(new FlowEnd.Whole(Size, "ab", "/f"))));
        var lost = new TargetInput.FlowEnded(new FlowEnd.Broken(TransferSide.Server, FailureReason.LinkLost, "lost"));
        Fails(EndsIn<TransferOutcome.Failed>(Target.Next(state, lost)), TransferState.Streaming, TransferSide.Server, FailureReason.LinkLost);
    }

    [Fact]
    public void Repeated_streamhosts_stanza_must_not_disturb_the_first()
    {
        var step = Target.Next(Agreed(TransferState.Accepted), new TargetInput.StreamhostsOffered(StreamhostsStanza("s1")));
        Assert.Equal(Step<TargetState, TargetOutput>.Ignore(step.State), Target.Next(step.State, new TargetInput.StreamhostsOffered(StreamhostsStanza("s1"))));
    }

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
