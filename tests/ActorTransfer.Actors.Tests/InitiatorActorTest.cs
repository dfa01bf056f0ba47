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

/// <summary>Set-up and helpers of <see cref="InitiatorActorSpec"/> and <see cref="InitiatorFailureSpec"/>.</summary>
public abstract class InitiatorActorTest : TransferTest
{
    private protected readonly ScriptedContent _content = new();
    private protected IActorRef _transfer = ActorRefs.Nobody;
    private protected TransferId _id;

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

    /// <summary>Advances the transfer to this state.</summary>
    private protected async Task AdvanceToAsync(Stage stop)
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

    private protected Task SendBytesAsync() => SendBytesAsync(_content.Script, () => _transfer);

    private protected async Task<Connection.Ask> ExpectRequestAsync(InitiatorRequest request)
    {
        var ask = await Connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((request, Ada), (ask.Tag, ask.From));
        _transfer = Connection.LastSender;
        return ask;
    }

    private protected void Answer(InitiatorRequest request, Answer answer) => Connection.Send(_transfer, new Connection.Answered(request, answer));

    private protected sealed class ScriptedContent : IOutgoingContent
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
