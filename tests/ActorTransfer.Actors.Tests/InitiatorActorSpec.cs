using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Testing.Streams;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class InitiatorActorSpec : TransferTest
{
    private readonly ScriptedContent _content = new();
    private IActorRef _transfer = ActorRefs.Nobody;
    private TransferId _id;

    public enum Stage
    {
        Offer,
        Accepted,
        ProxyDiscovered,
        StreamhostSent,
        Connecting,
        Connected,
        Activated,
        Streaming,
    }

    [Theory]
    [InlineData(Stage.Offer, 600_000, TransferState.Offer, TransferSide.Peer)]
    [InlineData(Stage.Accepted, 30_000, TransferState.Accepted, TransferSide.Server)]
    [InlineData(Stage.ProxyDiscovered, 5_000, TransferState.ProxyDiscovered, TransferSide.Local)]
    [InlineData(Stage.StreamhostSent, 30_000, TransferState.StreamhostSent, TransferSide.Peer)]
    [InlineData(Stage.Connecting, 30_000, TransferState.StreamhostSent, TransferSide.Proxy)]
    [InlineData(Stage.Connected, 10_000, TransferState.Connected, TransferSide.Proxy)]
    [InlineData(Stage.Activated, 120_000, TransferState.Activated, TransferSide.Peer)]
    [InlineData(Stage.Streaming, 120_000, TransferState.Streaming, TransferSide.Peer)]
    public async Task Initiator_must_time_out_at_the_limit_of_each_state_and_not_before(Stage stop, int milliseconds, TransferState phase, TransferSide side)
    {
        await AdvanceToAsync(stop);
        await AdvanceAsync(_transfer, TimeSpan.FromMilliseconds(milliseconds) - Tick);
        await AdvanceAsync(_transfer, Tick);
        Fails(await EndedAsync(), phase, side, FailureReason.Timeout);
    }

    [Theory]
    [InlineData(Stage.Offer, TransferState.Offer)]
    [InlineData(Stage.Accepted, TransferState.Accepted)]
    [InlineData(Stage.ProxyDiscovered, TransferState.ProxyDiscovered)]
    [InlineData(Stage.StreamhostSent, TransferState.StreamhostSent)]
    [InlineData(Stage.Connecting, TransferState.StreamhostSent)]
    [InlineData(Stage.Connected, TransferState.Connected)]
    [InlineData(Stage.Activated, TransferState.Activated)]
    [InlineData(Stage.Streaming, TransferState.Streaming)]
    public async Task Cancel_must_end_the_initiator_in_every_state(Stage stop, TransferState phase)
    {
        await AdvanceToAsync(stop);
        Above.Tell(new Msg.Cancel(_id));
        Assert.Equal(new TransferOutcome.Cancelled(phase, TransferSide.Local), await EndedAsync());
        if (stop >= Stage.Connected)
        {
            await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Initiator_must_send_all_bytes_and_report_every_state()
    {
        _content.Description = new FileDescription("img0545.png", ScriptedContent.Size);
        await AdvanceToAsync(Stage.Activated);
        var received = ReceiveAllAsync();
        _content.Script.Send(new byte[ScriptedContent.Size]);
        _content.Script.Complete();
        Assert.Equal(ScriptedContent.Size, await received);
        Far.Dispose();
        var completed = Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
        Assert.Equal((ScriptedContent.Size, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"), (completed.Bytes, completed.Sha256));
    }

    [Fact]
    public async Task Transferred_bytes_must_restart_the_idle_timer()
    {
        await AdvanceToAsync(Stage.Streaming);
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120) - Tick);
        await SendBytesAsync();
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120) - Tick);
        await AdvanceAsync(_transfer, Tick);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Progress_must_go_from_the_transfer_to_its_observer_directly()
    {
        await AdvanceToAsync(Stage.Streaming);
        await SendBytesAsync();
        Assert.Equal(_transfer, Observer.LastSender);
    }

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

    [Fact]
    public async Task Refused_activation_must_fail_the_initiator_and_close_its_connection()
    {
        await AdvanceToAsync(Stage.Connected);
        Answer(InitiatorRequest.Activation, Error(StanzaError.NotAllowed));
        Fails(await EndedAsync(), TransferState.Connected, TransferSide.Proxy, FailureReason.ActivationRefused);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Initiator_must_use_the_direct_connection_of_the_peer()
    {
        _content.Description = new FileDescription("img0545.png", ScriptedContent.Size);
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Ada));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Take>();
        StreamHost.Reply(new DirectStreamHost.Taken(Near));
        await EnteredAsync(TransferState.Activated);
        var received = ReceiveAllAsync();
        _content.Script.Send(new byte[ScriptedContent.Size]);
        _content.Script.Complete();
        Assert.Equal(ScriptedContent.Size, await received);
        Far.Dispose();
        Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
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
        _content.OnOpen = () => throw new InvalidOperationException("a defect");
        await AdvanceToAsync(Stage.Connected);
        Answer(InitiatorRequest.Activation, Result());
        Fails(await EndedAsync(), TransferState.Connected, TransferSide.Local, FailureReason.InternalError);
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

    /// <summary>Advances the transfer to this state.</summary>
    private async Task AdvanceToAsync(Stage stop)
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Bo, _content, Observer.Ref), TestActor);
        _id = (await ExpectMsgAsync<Msg.Started>()).Id;
        await ExpectRequestAsync(InitiatorRequest.Offer);
        if (stop == Stage.Offer)
        {
            return;
        }

        Answer(InitiatorRequest.Offer, Result(new SiAccept([Namespaces.Bytestreams]).ToXml()));
        await EnteredAsync(TransferState.Accepted);
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
        if (stop == Stage.Accepted)
        {
            return;
        }

        StreamHost.Reply(new DirectStreamHost.Addresses([new DnsEndPoint("198.51.100.4", 52013)]));
        Assert.True((await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>()).HasOthers);
        Proxies.Reply(new ProxyDirectory.Proxies([RelayHost]));
        await EnteredAsync(TransferState.ProxyDiscovered);
        var expect = await StreamHost.ExpectMsgAsync<DirectStreamHost.Expect>();
        if (stop == Stage.ProxyDiscovered)
        {
            return;
        }

        StreamHost.Reply(new DirectStreamHost.Expecting(expect.Destination));
        await EnteredAsync(TransferState.StreamhostSent);
        var streamhosts = await ExpectRequestAsync(InitiatorRequest.Streamhosts);
        Assert.True(StreamHostOffer.TryRead(streamhosts.Payload, out var offer, out _));
        Assert.Equal([new StreamHost(Ada, "198.51.100.4", 52013), RelayHost], offer.Hosts);
        if (stop > Stage.StreamhostSent)
        {
            await ConnectProxyAsync(stop);
        }
    }

    private async Task ConnectProxyAsync(Stage stop)
    {
        Answer(InitiatorRequest.Streamhosts, Used(Relay));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal((RelayHost, TimeSpan.FromSeconds(10)), (attempt.Host, attempt.Limit));
        if (stop == Stage.Connecting)
        {
            return;
        }

        attempt.Succeed(Near);
        await EnteredAsync(TransferState.Connected);
        Assert.Equal(Relay, (await ExpectRequestAsync(InitiatorRequest.Activation)).To);
        if (stop == Stage.Connected)
        {
            return;
        }

        Answer(InitiatorRequest.Activation, Result());
        await EnteredAsync(TransferState.Activated);
        if (stop == Stage.Streaming)
        {
            await SendBytesAsync();
            await EnteredAsync(TransferState.Streaming);
        }
    }

    private Task SendBytesAsync() => SendBytesAsync(_content.Script, () => _transfer);

    private async Task<Connection.Ask> ExpectRequestAsync(InitiatorRequest request)
    {
        var ask = await Connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((request, Ada), (ask.Tag, ask.From));
        _transfer = Connection.LastSender;
        return ask;
    }

    private void Answer(InitiatorRequest request, Answer answer) => Connection.Send(_transfer, new Connection.Answered(request, answer));

    private sealed class ScriptedContent : IOutgoingContent
    {
        public const long Size = 1000;

        /// <summary>The described size in tests that never reach the end.</summary>
        public const long Endless = 1_000_000_000;

        private SourceScript? _script;

        public Action OnOpen { get; set; } = () => { };

        public SourceScript Script => _script ?? throw new InvalidOperationException("The flow was not started.");

        public FileDescription Description { get; set; } = new("img0545.png", Endless);

        public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize)
        {
            OnOpen();
            return ScriptedSource.Create().MapMaterializedValue(script =>
            {
                _script = script;
                return NotUsed.Instance;
            });
        }
    }
}
