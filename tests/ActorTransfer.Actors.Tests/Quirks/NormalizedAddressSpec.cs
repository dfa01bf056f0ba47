using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>Prosody and others normalize addresses by stringprep: the peer responds under another spelling of its address.</summary>
public sealed class NormalizedAddressSpec : SendingTest
{
    private static readonly Jid Respelled = Jid.Parse("strasse@localhost/BüroTM");

    protected override Jid Peer { get; } = Jid.Parse("straße@localhost/Büro™");

    [Fact]
    public async Task Later_requests_must_use_the_spelling_of_the_server()
    {
        Answer(await OfferAsync(), Accepted(Namespaces.Bytestreams));
        Assert.Equal(Respelled, (await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>()).Peer);
        StreamHost.Reply(new DirectStreamHost.Addresses([]));
        await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>();
        Proxies.Reply(new ProxyDirectory.Proxies([RelayHost]));
        var streamhosts = await ExpectRequestAsync();
        Assert.Equal(Respelled, streamhosts.To);
        Answer(streamhosts, Used(Relay));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        attempt.Succeed(Near);
        Assert.Equal(DestinationAddress.Compute(Session, Ada, Respelled), await attempt.Destination);
        var activation = await ExpectRequestAsync();
        Assert.True(Activation.TryRead(activation.Payload, out var read, out _));
        Assert.Equal(Respelled, read.Target);
        Answer(activation, Result());
        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(StreamMethod.Proxy, (await CompletedAsync()).Method);
    }

    [Fact]
    public async Task In_band_bytestream_must_use_the_spelling_of_the_server()
    {
        Answer(await OfferAsync(), Accepted(Namespaces.Ibb));
        var open = await OpeningAsync();
        Assert.Equal(Respelled, open.To);
        Answer(open, Result());
        await ExpectRequestAsync();
        Ask(Iq.Set("c1", Ada, IbbClose.ToXml(Session), Respelled));
        var answer = await ResponseAsync();
        Assert.Equal(("c1", IqType.Result), (answer.Id, answer.Type));
    }

    private static Answer Accepted(string method) => ((Answer.Result)Accepts(method)) with { Respelled = Respelled };
}
