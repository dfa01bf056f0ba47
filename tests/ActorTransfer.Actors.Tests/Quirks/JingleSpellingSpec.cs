using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>
/// The peer's server writes its address in another spelling than this side, which learns that after it has offered its proxies. Peers request the dstaddr
/// of the offer at a proxy, or compute the address themselves.
/// </summary>
public sealed class JingleSpellingSpec() : TransferTest
{
    private static readonly Jid Written = Jid.Parse("straße@localhost/Büro™");
    private static readonly Jid Prepared = Jid.Parse("strasse@localhost/BüroTM");

    /// <summary>Servers and proxies of RFC 6122: both kinds of peers request the same address.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proxy_must_be_activated_for_the_address_that_the_server_prepares(bool overtakes)
    {
        var (offer, dstAddr) = await OfferAsync();
        Assert.Equal(DestinationAddress.Compute(Tsid(offer.Request), Ada, Prepared).Hex, dstAddr);
        if (!overtakes)
        {
            Answer(offer.Ask, new Answer.Result(null) { Respelled = Prepared });
        }

        Peer(Prepared, offer.Request, JingleAction.SessionAccept, new JingleTransport.Socks5(Tsid(offer.Request), []));
        var notice = await ExpectAskAsync(JingleAction.TransportInfo);
        Assert.Equal(Prepared, notice.Ask.To);
        var attempt = await UseProxyAsync(Prepared, offer.Request);
        Assert.Equal(dstAddr, (await attempt.Destination).Hex);
        var (activation, target) = await ActivationAsync();
        Assert.Equal(Prepared, target);
        Answer(activation, Result());
        Assert.Equal(Prepared, (await ExpectAskAsync(JingleAction.TransportInfo)).Ask.To);
        await EnteredAsync(TransferState.Activated);
    }

    /// <summary>A server and a proxy of RFC 7622, and a peer that computes the address.</summary>
    [Fact]
    public async Task Proxy_that_knows_the_peer_by_the_spelling_of_the_offer_must_be_asked_for_that_next()
    {
        var (offer, dstAddr) = await OfferAsync();
        Answer(offer.Ask, Result());
        Peer(Written, offer.Request, JingleAction.SessionAccept, new JingleTransport.Socks5(Tsid(offer.Request), []));
        var attempt = await UseProxyAsync(Written, offer.Request);
        Assert.Equal(dstAddr, (await attempt.Destination).Hex);
        var (activation, target) = await ActivationAsync();
        Assert.Equal(Prepared, target);
        Answer(activation, Error(StanzaError.ItemNotFound));
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));

        attempt = await Gate.ExpectMsgAsync<Attempt>();
        attempt.Succeed(NewLink().Near);
        Assert.Equal(DestinationAddress.Compute(Tsid(offer.Request), Ada, Written), await attempt.Destination);
        (activation, target) = await ActivationAsync();
        Assert.Equal(Written, target);
        Answer(activation, Error(StanzaError.ItemNotFound));
        var notice = await ExpectAskAsync(JingleAction.TransportInfo);
        Assert.Equal(new TransportNotice.ProxyError("p1"), Socks5(notice.Request).Notice);
    }

    /// <summary>Dino's listener knows its own spelling only.</summary>
    [Fact]
    public async Task Direct_candidate_of_the_peer_must_be_dialled_with_its_own_spelling()
    {
        var (offer, _) = await OfferAsync();
        var at = new TransportCandidate("c1", CandidateType.Direct, new StreamHost(Prepared, "203.0.113.5", 4000), 8310000);
        Peer(Prepared, offer.Request, JingleAction.SessionAccept, new JingleTransport.Socks5(Tsid(offer.Request), [at]));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        attempt.Succeed(Near);
        Assert.Equal(DestinationAddress.Compute(Tsid(offer.Request), Prepared, Ada), await attempt.Destination);
    }

    private static string Tsid(JingleRequest offer) => Socks5(offer).SessionId;

    private static JingleTransport.Socks5 Socks5(JingleRequest request) =>
        Assert.IsType<JingleTransport.Socks5>(JingleTransport.Read(request.Contents[0].Transport!, Ada));

    private async Task<((Connection.Ask Ask, JingleRequest Request) Offer, string DstAddr)> OfferAsync()
    {
        await UpAsync();
        var terms = new Msg.SendTerms { Signalling = Signalling.Jingle };
        Above.Tell(new Msg.Send("north", null, Written, new NoContent { Description = new FileDescription("f", 1000) }, Observer.Ref) { Terms = terms }, TestActor);
        await ExpectMsgAsync<Msg.Started>();
        await StreamHost.ExpectMsgAsync<StreamHosts.DirectStreamHost.GetAddresses>();
        StreamHost.Reply(new StreamHosts.DirectStreamHost.Addresses([]));
        await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>();
        Proxies.Reply(new ProxyDirectory.Proxies([RelayHost]));
        var offer = await ExpectAskAsync(JingleAction.SessionInitiate);
        return (offer, Socks5(offer.Request).DstAddr!);
    }

    /// <summary>The peer has connected to this side's proxy; so does this side.</summary>
    private async Task<Attempt> UseProxyAsync(Jid peer, JingleRequest offer)
    {
        Peer(peer, offer, JingleAction.TransportInfo, new JingleTransport.Socks5(Tsid(offer), []) { Notice = new TransportNotice.CandidateUsed("p1") });
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        attempt.Succeed(Near);
        return attempt;
    }

    private async Task<(Connection.Ask Ask, Jid Target)> ActivationAsync()
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.To == Relay);
        Assert.True(Activation.TryRead(ask.Payload, out var activation, out _));
        return (ask, activation.Target);
    }

    private void Answer(Connection.Ask ask, Answer answer) => Connection.Reply(new Connection.Answered(ask.Tag, answer));

    private void Peer(Jid peer, JingleRequest offer, JingleAction action, JingleTransport transport)
    {
        var content = offer.Contents[0] with { Description = null, Transport = transport.ToXml() };
        Ask(Iq.Set($"peer-{action}", Ada, new JingleRequest(action, offer.SessionId) { Contents = [content] }.ToXml(), peer));
    }

    private async Task<(Connection.Ask Ask, JingleRequest Request)> ExpectAskAsync(JingleAction action)
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.Payload?["action"] == action.Name());
        Assert.True(JingleRequest.TryRead(ask.Payload!, out var request, out _));
        return (ask, request);
    }
}
