using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Offers of peers in Jingle sessions, beside those by stream initiation.</summary>
public sealed class JingleOfferSpec : TransfersActorTest
{
    /// <summary>A server repeats what it does not know to have arrived when it resumes a stream (XEP-0198).</summary>
    [Fact]
    public async Task Offer_that_arrives_again_must_be_answered_once()
    {
        await SubscribedAsync();
        Offer("j1");
        Assert.Equal((IqType.Result, "j1"), await HeadAsync());
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Offer("j1");
        await ExpectNoMessageAsync(Connection, Above);
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Offer("j1");
        Assert.Equal(1, ActiveCount());
        await ExpectNoMessageAsync(Offers, Above);

        Offer("j2");
        Assert.Equal(ErrorConditions.Conflict, await RefusalAsync("j2"));
    }

    [Fact]
    public async Task Sessions_of_both_signallings_must_be_told_apart_by_more_than_their_id()
    {
        await SubscribedAsync();
        Offer("j1");
        Assert.Equal((IqType.Result, "j1"), await HeadAsync());
        var jingle = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, SessionId));
        var initiation = await Offers.ExpectMsgAsync<Msg.Offered>();

        Request("t1", "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='x1-9c2e'><reason><cancel/></reason></jingle>");
        Assert.Equal((IqType.Result, "t1"), await HeadAsync());
        Assert.Equal(jingle.Id, (await Offers.ExpectMsgAsync<Msg.Withdrawn>()).Id);
        Above.Tell(new Msg.Accept(initiation.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal((IqType.Result, $"offer-{SessionId}"), await HeadAsync());
        Assert.Equal(Signalling.StreamInitiation, (await Observer.ExpectMsgAsync<Msg.SignallingSelected>()).Signalling);

        Offer("j2");
        Assert.Equal((IqType.Result, "j2"), await HeadAsync());
        jingle = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Cancel(initiation.Id));
        Assert.Equal(initiation.Id, (await Observer.FishForMessageAsync<Msg.Ended>(_ => true)).Id);
        Request("i1", "<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='x1-9c2e'/>");
        Assert.Equal((IqType.Result, "i1"), await HeadAsync());
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.Equal(jingle.Id, Assert.Single((await ExpectMsgAsync<Msg.Active>()).Ids));
    }

    /// <summary>The application may have the offer in its hands when the peer withdraws it.</summary>
    [Fact]
    public async Task Offer_that_is_accepted_after_the_peer_has_cancelled_it_must_be_cancelled_by_the_peer()
    {
        await SubscribedAsync();
        Offer("j1");
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Request("t1", "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' sid='x1-9c2e'><reason><cancel/></reason></jingle>");
        await Offers.ExpectMsgAsync<Msg.Withdrawn>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Peer), await EndedAsync());
    }

    [Fact]
    public async Task Pending_offers_must_be_told_that_this_side_goes_offline()
    {
        await SubscribedAsync();
        Offer("j1");
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Drain(), TestActor);
        var end = await Connection.FishForMessageAsync<Connections.Connection.Reply>(reply => reply.Answer.Payload?["action"] == "session-terminate");
        Assert.True(Protocol.Jingle.JingleRequest.TryRead(end.Answer.Payload!, out var request, out _));
        Assert.Equal((Protocol.Jingle.JingleCondition.Gone, "shutting down"), (request.Reason!.Condition, request.Reason.Text));
    }

    [Fact]
    public void Hash_functions_must_be_advertised() => Assert.All(
        Protocol.Hashes.HashFunction.Advertised, function => Assert.True(Engine.Info.Supports(function.Feature), function.Name));

    private void Offer(string id) => Request(id, """
        <jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='x1-9c2e'>
          <content creator='initiator' name='file' senders='initiator'>
            <description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>a</name><size>10</size></file></description>
            <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='t1' mode='tcp'/>
          </content>
        </jingle>
        """);

    private void Request(string id, string payload) => Ask(Iq.Set(id, Ada, XmlElement.Parse(payload), Bo));
}
