using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>How the initiator reports refusals, failures and cancellation.</summary>
public sealed class InitiatorFailureSpec : InitiatorActorTest
{
    [Fact]
    public async Task Refused_offer_must_be_reported_with_its_reason()
    {
        await AdvanceToAsync(Stage.Offer);
        Answer(InitiatorRequest.Offer, Error(StanzaError.Declined.WithText("no thanks")));
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Peer, "no thanks"), await EndedAsync());
    }

    [Fact]
    public async Task Initiator_must_fail_when_the_used_streamhost_was_not_offered()
    {
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Bo));
        Fails(await EndedAsync(), TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnknown);
    }

    [Fact]
    public async Task Initiator_must_fail_when_it_has_no_streamhost_to_offer()
    {
        await AdvanceToAsync(Stage.Accepted);
        StreamHost.Send(_transfer, new DirectStreamHost.Addresses([]));
        Assert.False((await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>()).HasOthers);
        Proxies.Send(_transfer, new ProxyDirectory.Proxies([]));
        Fails(await EndedAsync(), TransferState.Accepted, TransferSide.Server, FailureReason.NoStreamhost);
    }

    [Fact]
    public async Task Initiator_must_fail_when_the_proxy_cannot_be_reached()
    {
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("connection refused");
        var outcome = await EndedAsync();
        Fails(outcome, TransferState.StreamhostSent, TransferSide.Proxy, FailureReason.StreamhostUnreachable);
        Assert.Contains("connection refused", ((TransferOutcome.Failed)outcome).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorConditions.ItemNotFound)]
    [InlineData(ErrorConditions.NotAllowed)]
    [InlineData(ErrorConditions.NotAcceptable)]
    public async Task Refused_activation_must_fail_the_initiator_and_close_its_connection(string condition)
    {
        await AdvanceToAsync(Stage.Connected);
        Answer(InitiatorRequest.Activation, Error(new StanzaError(ErrorType.Cancel, condition)));
        var outcome = await EndedAsync();
        Fails(outcome, TransferState.Connected, TransferSide.Proxy, FailureReason.ActivationRefused);
        Assert.Contains($"cancel/{condition}", ((TransferOutcome.Failed)outcome).Detail, StringComparison.Ordinal);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Initiator_must_fail_when_the_claimed_direct_connection_does_not_exist()
    {
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Ada));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Take>();
        StreamHost.Reply(new DirectStreamHost.NotThere());
        Fails(await EndedAsync(), TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnreachable);
    }

    [Fact]
    public async Task Initiator_must_report_that_the_receiver_cancelled()
    {
        await AdvanceToAsync(Stage.Streaming);
        Far.Dispose();
        _content.Script.Send(new byte[10]);
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    [Fact]
    public async Task Initiator_must_report_a_reset_of_the_connection()
    {
        await AdvanceToAsync(Stage.Streaming);
        Far.Abort();
        _content.Script.Send(new byte[10]);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost);
    }

    [Theory]
    [InlineData(NoAnswer.LinkLost, TransferSide.Server, FailureReason.LinkLost)]
    [InlineData(NoAnswer.Overloaded, TransferSide.Local, FailureReason.Overloaded)]
    internal async Task Initiator_must_report_why_there_was_no_response(NoAnswer why, TransferSide side, FailureReason reason)
    {
        await AdvanceToAsync(Stage.Offer);
        Answer(InitiatorRequest.Offer, new Answer.None(why));
        Fails(await EndedAsync(), TransferState.Offer, side, reason);
    }

    [Fact]
    public async Task Crash_of_the_initiator_must_be_reported_as_an_internal_error()
    {
        await AdvanceToAsync(Stage.Connected);
        _transfer.Tell(Kill.Instance);
        Fails(await EndedAsync(), TransferState.Connected, TransferSide.Local, FailureReason.InternalError);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Content_that_cannot_be_opened_must_end_the_transfer()
    {
        _content.OnOpen = () => throw new InvalidOperationException("a defect");
        await AdvanceToAsync(Stage.Connected);
        Answer(InitiatorRequest.Activation, Result());
        Fails(await EndedAsync(), TransferState.Activated, TransferSide.Local, FailureReason.InternalError);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Initiator_must_cancel_a_connection_attempt_at_its_end()
    {
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Relay));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(45));
        Fails(await EndedAsync(), TransferState.StreamhostSent, TransferSide.Proxy, FailureReason.Timeout);
        Assert.True(attempt.Cancellation.IsCancellationRequested);
    }
}
