using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>As <see cref="InBandBrokenOffReceiverSpec"/>, and this side sends.</summary>
public sealed class InBandBrokenOffSenderSpec : SendingTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sender_by_stream_initiation_must_end_at_once(bool isPaused)
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Transfer = Connection.LastSender;
        await BreakOffAsync(await ExpectRequestAsync(), isPaused);
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sender_of_a_jingle_session_must_end_when_the_peer_has_nothing_to_add(bool isPaused)
    {
        await UpAsync();
        var terms = new Msg.SendTerms(StreamMethods.InBand) { Signalling = Signalling.Jingle };
        Above.Tell(new Msg.Send("north", null, Peer, ContentOf(File), Observer.Ref) { Terms = terms }, TestActor);
        await ExpectMsgAsync<Msg.Started>();
        Assert.True(JingleRequest.TryRead((await ExpectRequestAsync()).Payload!, out var offer, out _));
        Transfer = Connection.LastSender;
        var accept = new JingleRequest(JingleAction.SessionAccept, offer.SessionId) { Contents = [offer.Contents[0]] };
        Ask(Iq.Set("a1", Ada, accept.ToXml(), Peer));
        await BreakOffAsync(await Connection.FishForMessageAsync<Connection.Ask>(ask => IbbOpen.Is(ask.Payload)), isPaused);
        var ping = await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.Payload?["action"] == "session-info" && ask.Payload.Children.Count == 0);
        Answer(ping, Result());
        var failed = await FailedAsync();
        Assert.Equal((FailureReason.ConnectionLost, TransferSide.Peer), (failed.Reason, failed.Side));
    }

    /// <summary>The first block is acknowledged before the peer closes; a paused sender has no other.</summary>
    private async Task BreakOffAsync(Connection.Ask open, bool isPaused)
    {
        var sid = open.Payload!["sid"]!;
        Answer(open, Result());
        var block = await Connection.FishForMessageAsync<Connection.Ask>(ask => IbbData.Is(ask.Payload));
        if (isPaused)
        {
            Transfer.Tell(new Msg.Pause(default) { ReplyTo = TestActor });
            await ExpectMsgAsync<Msg.Paused>();
        }

        Answer(block, Result());
        Ask(Iq.Set("c1", Ada, IbbClose.ToXml(sid), Peer));
        Assert.Equal(IqType.Result, (await Connection.FishForMessageAsync<Connection.Reply>(reply => reply.Answer.Id == "c1")).Answer.Type);
    }
}
