using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>What arrives twice, or too late, in a Jingle session.</summary>
public sealed class JingleFaultsSpec() : TransferTest("transfers { max-active = 1, max-queued-offers = 4 }")
{
    /// <summary>Its response is sent when it begins; an error before that would make the peer offer the file again.</summary>
    [Fact]
    public async Task Offer_that_arrives_twice_while_it_is_queued_must_have_one_response()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Ask(JingleOffer("one"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.Equal((IqType.Result, "offer-one"), Head(await ReplyAsync()));

        Ask(JingleOffer("two"));
        Ask(JingleOffer("two"));
        Above.Tell(new Msg.Decline(first.Id, null));
        await Connection.ExpectMsgAsync<Connection.Reply>(reply => reply.Answer.Payload?["action"] == "session-terminate");
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.Equal((IqType.Result, "offer-two"), Head(await ReplyAsync()));
        await ExpectNoMessageAsync(Connection, Above);
    }

    [Fact]
    public async Task Direct_connection_that_is_handed_over_too_late_must_be_closed_and_not_used()
    {
        await UpAsync();
        var methods = new Msg.SendTerms(StreamMethods.Direct | StreamMethods.InBand) { Signalling = Signalling.Jingle };
        Above.Tell(new Msg.Send("north", null, Bo, new NoContent { Description = new FileDescription("f", 1000) }, Observer.Ref) { Terms = methods }, TestActor);
        var id = (await ExpectMsgAsync<Msg.Started>()).Id;
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
        StreamHost.Reply(new DirectStreamHost.Addresses([new DnsEndPoint("198.51.100.4", 52013)]));
        var offer = await ExpectAskAsync(JingleAction.SessionInitiate);
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Expect>();
        var sid = ((JingleTransport.Socks5)JingleTransport.Read(offer.Contents[0].Transport!, Ada)).SessionId;

        Peer(offer, JingleAction.SessionAccept, new JingleTransport.Socks5(sid, []));
        await ExpectAskAsync(JingleAction.TransportInfo);
        Peer(offer, JingleAction.TransportInfo, new JingleTransport.Socks5(sid, []) { Notice = new TransportNotice.CandidateUsed("d1") });
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Take>();
        StreamHost.Reply(new DirectStreamHost.NotThere());
        var replace = await ExpectAskAsync(JingleAction.TransportReplace);

        (await ActorOfAsync(id)).Tell(new DirectStreamHost.Taken(Near), StreamHost.Ref);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        var inBand = (JingleTransport.InBand)JingleTransport.Read(replace.Contents[0].Transport!, Ada);
        Peer(offer, JingleAction.TransportAccept, inBand);
        var open = await Connection.FishForMessageAsync<Connection.Ask>(ask => IbbOpen.Is(ask.Payload));
        Assert.Equal(inBand.SessionId, open.Payload!["sid"]);
    }

    /// <summary>A peer that sees the end of the connection first takes it for a fault.</summary>
    [Fact]
    public async Task Connection_must_stay_open_until_the_peer_knows_that_this_side_cancels()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Ask(Attacks.JingleStanzas.Offer(
            "j1", "<candidate cid='c1' host='203.0.113.9' jid='bo@south.example/Phone' port='7777' priority='8257636' type='direct'/>"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
        StreamHost.Reply(new DirectStreamHost.Addresses([]));
        await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>();
        Proxies.Reply(new ProxyDirectory.Proxies([]));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        await EnteredAsync(TransferState.Activated);

        Above.Tell(new Msg.Cancel(offered.Id));
        var terminate = await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.Payload?["action"] == JingleAction.SessionTerminate.Name());
        await StillRunsAsync(await ActorOfAsync(offered.Id));
        Assert.False(Near.Closed.IsCompleted);
        Connection.Reply(new Connection.Answered(terminate.Tag, Result()));
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Activated, TransferSide.Local), await EndedAsync());
    }

    private static (IqType Type, string Id) Head(Iq answer) => (answer.Type, answer.Id);

    private static Iq JingleOffer(string sid)
    {
        var file = new Protocol.JingleFiles.JingleFile { Name = "a.bin", Size = 10 };
        var content = new JingleContent(JingleRole.Initiator, "file")
        {
            Senders = JingleSenders.Initiator,
            Description = file.ToXml(),
            Transport = new JingleTransport.InBand($"ibb-{sid}", 4096).ToXml(),
        };
        var request = new JingleRequest(JingleAction.SessionInitiate, sid) { Initiator = Bo, Contents = [content] };
        return Iq.Set($"offer-{sid}", Ada, request.ToXml(), Bo);
    }

    /// <summary>A request of the peer in the session of this offer.</summary>
    private void Peer(JingleRequest offer, JingleAction action, JingleTransport transport)
    {
        var content = offer.Contents[0] with { Description = null, Transport = transport.ToXml() };
        var request = new JingleRequest(action, offer.SessionId) { Contents = [content] };
        Ask(Iq.Set($"peer-{action}", Ada, request.ToXml(), Bo));
    }

    private async Task<JingleRequest> ExpectAskAsync(JingleAction action)
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.Payload?["action"] == action.Name());
        Assert.True(JingleRequest.TryRead(ask.Payload!, out var request, out _));
        return request;
    }
}
