using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>
/// Receivers that hand in-band blocks to a pool of threads, as Smack 4.1 to 4.4 does: of two under way the second may be handled first. It then refuses, or
/// just closes, whatever the order in which its answers come back.
/// </summary>
public sealed class PeersThatLoseOrderSpec() : SendingTest("in-band.block-size = 100B, in-band.min-block-size = 100B")
{
    private const string UnexpectedRequest = $"<error type='wait'><unexpected-request xmlns='{Namespaces.StanzaErrors}'/></error>";
    private const string ItemNotFound = $"<error type='cancel'><item-not-found xmlns='{Namespaces.StanzaErrors}'/></error>";

    /// <summary>How a peer of this kind ends when its second block overtook the first.</summary>
    public enum Loses
    {
        /// <summary>The block that was overtaken is refused, then the stream is closed.</summary>
        RefusesAndCloses,

        /// <summary>The block that overtook is refused.</summary>
        RefusesTheLater,

        /// <summary>The one that overtook is acknowledged, the stream closed, and the other one belongs to no stream.</summary>
        ClosesAndForgets,

        /// <summary>The same, and the refusal comes before the acknowledgement.</summary>
        ForgetsAndThenAcknowledges,

        /// <summary>The close comes before all answers.</summary>
        ClosesFirst,
    }

    /// <summary>Smack 4 says nothing in disco#info that tells what it does with blocks; its name is "Smack".</summary>
    [Theory]
    [InlineData("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='Smack'/><feature var='http://jabber.org/protocol/ibb'/></query>")]
    [InlineData("<query xmlns='http://jabber.org/protocol/disco#info'/>")]
    [InlineData(null)]
    public async Task Peer_of_unknown_kind_must_get_one_block_at_a_time(string? info)
    {
        await OpenedAsync(info is null ? new Answer.None(NoAnswer.Timeout) : Result(Xml(info)));
        for (var block = 0; block < Size / 100; block++)
        {
            var ask = await BlockAsync(block);
            await NoOtherBlockAsync(ask.Requester);
            AnswerTo(ask, Result());
        }

        await CloseAsync();
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    [Theory]
    [InlineData("<feature var='urn:x-actor-transfer:ibb-in-order'/>")]
    [InlineData("<identity category='client' type='pc' name='Pidgin'/>")]
    [InlineData("<identity category='client' type='pc' name='Finch'/>")]
    public async Task Peer_that_is_known_to_keep_order_must_get_several_blocks_at_a_time(string known)
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'>{known}</query>")));
        AnswerTo(await BlockAsync(0), Result());
        await BlockAsync(1);
        await BlockAsync(2);
    }

    [Theory]
    [InlineData(Loses.RefusesAndCloses)]
    [InlineData(Loses.RefusesTheLater)]
    [InlineData(Loses.ClosesAndForgets)]
    [InlineData(Loses.ForgetsAndThenAcknowledges)]
    [InlineData(Loses.ClosesFirst)]
    public async Task Peer_that_loses_order_although_it_is_known_to_keep_it_must_get_the_file_again_in_lock_step(Loses how)
    {
        await LoseAsync(how);

        var again = await OfferedAgainAsync();
        Answer(again, Accepts(Namespaces.Ibb));
        await TakeInLockStepAsync();
        var completed = await CompletedAsync();
        Assert.Equal((Size, StreamMethod.InBand), (completed.Bytes, completed.Method));
    }

    [Fact]
    public async Task Peer_that_lost_order_must_be_remembered_by_the_next_transfer()
    {
        await LoseAsync(Loses.RefusesAndCloses);
        Answer(await OfferedAgainAsync(), Accepts(Namespaces.Ibb));
        await TakeInLockStepAsync();
        await CompletedAsync();

        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        await TakeInLockStepAsync();
        await CompletedAsync();
    }

    [Fact]
    public async Task Peer_must_be_asked_once_and_be_remembered_until_the_time_is_over()
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'><feature var='{Namespaces.InOrderBlocks}'/></query>")));
        await BlockAsync(0);
        await EndAsync();

        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        var open = await OpenAsync();
        await StillRunsAsync(open.Requester); // it has asked what is remembered
        await StillRunsAsync(await Sys.ActorSelection(Above.Path / "in-band-peers").ResolveOne(TimeSpan.FromSeconds(20)));
        AnswerTo(open, Result());
        AnswerTo(await BlockAsync(0), Result());
        await BlockAsync(1);
        await BlockAsync(2);
        await EndAsync();

        Advance(TimeSpan.FromHours(1));
        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        await OpenAsync();
        Assert.Equal(DiscoInfo.Query(), (await Connection.ExpectMsgAsync<Connection.Ask>()).Payload);
    }

    /// <summary>The second offer may be declined by the user: then that is the outcome.</summary>
    [Theory]
    [InlineData($"<error type='cancel'><forbidden xmlns='{Namespaces.StanzaErrors}'/></error>", true)]
    [InlineData($"<error type='cancel'><bad-request xmlns='{Namespaces.StanzaErrors}'/></error>", false)]
    public async Task Refused_offer_after_lost_order_must_end_the_transfer(string error, bool isDecline)
    {
        await LoseAsync(Loses.RefusesAndCloses);
        Answer(await OfferedAgainAsync(), ErrorOf(error));
        if (isDecline)
        {
            Assert.IsType<TransferOutcome.Refused>(await EndedAsync());
        }
        else
        {
            Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.InBandRefused);
        }
    }

    /// <summary>Of two blocks under way, and a cancel that arrives in between, nothing tells of lost order.</summary>
    [Fact]
    public async Task Peer_that_cancels_with_several_blocks_under_way_must_not_be_offered_the_file_again()
    {
        var (first, second) = await TwoUnderWayAsync();
        Requests("c1", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        AnswerTo(first, ErrorOf(ItemNotFound));
        AnswerTo(second, ErrorOf(ItemNotFound));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    private static (string Id, IqType Type) Head(Iq answer) => (answer.Id, answer.Type);

    private static void AnswerTo((Connection.Ask Ask, IActorRef Requester) asked, Answer answer) =>
        asked.Requester.Tell(new Connection.Answered(asked.Ask.Tag, answer));

    private async Task LoseAsync(Loses how)
    {
        var (first, second) = await TwoUnderWayAsync();
        var close = $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>";
        switch (how)
        {
            case Loses.RefusesAndCloses:
                AnswerTo(second, Result());
                AnswerTo(first, ErrorOf(UnexpectedRequest));
                Requests("c1", close);
                break;
            case Loses.RefusesTheLater:
                AnswerTo(second, ErrorOf(UnexpectedRequest));
                AnswerTo(first, Result());
                break;
            case Loses.ClosesAndForgets:
                AnswerTo(second, Result());
                Requests("c1", close);
                await AnswerAsync();
                AnswerTo(first, ErrorOf(ItemNotFound));
                break;
            case Loses.ForgetsAndThenAcknowledges:
                AnswerTo(first, ErrorOf(ItemNotFound));
                AnswerTo(second, ErrorOf(UnexpectedRequest));
                break;
            default:
                Requests("c1", close);
                await AnswerAsync();
                AnswerTo(second, Result());
                AnswerTo(first, ErrorOf(ItemNotFound));
                break;
        }
    }

    private async Task<((Connection.Ask Ask, IActorRef Requester) First, (Connection.Ask Ask, IActorRef Requester) Second)> TwoUnderWayAsync()
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'><identity category='client' type='pc' name='Pidgin'/></query>")));
        AnswerTo(await BlockAsync(0), Result());
        return (await BlockAsync(1), await BlockAsync(2));
    }

    /// <summary>Offers, is accepted in-band, and answers the open when the peer has been asked who it is.</summary>
    private async Task OpenedAsync(Answer info)
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        var open = await OpenAsync();
        var disco = await NextAsync();
        Assert.Equal((IqType.Get, DiscoInfo.Query(), Bo), (disco.Ask.Type, disco.Ask.Payload, disco.Ask.To));
        AnswerTo(disco, info);
        await StillRunsAsync(disco.Requester); // what it told the sender is there before the next answer
        AnswerTo(open, Result());
    }

    private async Task<(Connection.Ask Ask, IActorRef Requester)> OpenAsync()
    {
        var open = await OpeningAsync();
        return (open, Connection.LastSender);
    }

    private async Task<(Connection.Ask Ask, IActorRef Requester)> NextAsync()
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(_ => true, hint: "a request");
        return (ask, Connection.LastSender);
    }

    private async Task<(Connection.Ask Ask, IActorRef Requester)> BlockAsync(int sequence)
    {
        var block = await NextAsync();
        Assert.True(IbbData.Is(block.Ask.Payload), $"block {sequence} was due, not {block.Ask.Payload}");
        Assert.Equal(sequence, IbbData.Read(block.Ask.Payload).Sequence!.Value);
        return block;
    }

    /// <summary>The answer to a close of the session before may still come.</summary>
    private async Task NoOtherBlockAsync(IActorRef sender)
    {
        await StillRunsAsync(sender);
        Connection.Ref.Tell("no message");
        while (await Connection.ReceiveOneAsync() is var heard and not "no message")
        {
            Assert.IsType<Connection.Reply>(heard);
        }
    }

    private async Task CloseAsync()
    {
        var close = await NextAsync();
        Assert.True(IbbClose.Is(close.Ask.Payload), $"a close was due, not {close.Ask.Payload}");
        AnswerTo(close, Result());
    }

    private async Task<Connection.Ask> OfferedAgainAsync()
    {
        var first = Session;
        var offer = await OfferedAsync();
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Ibb], read.Methods);
        Assert.NotEqual(first, Session);
        return offer;
    }

    /// <summary>As a receiver with a pool of threads must be served: whatever is under way beside another block would be lost.</summary>
    private async Task TakeInLockStepAsync()
    {
        AnswerTo(await OpenAsync(), Result());
        using var received = new MemoryStream();
        for (var block = 0; block < Size / 100; block++)
        {
            var ask = await BlockAsync(block);
            await NoOtherBlockAsync(ask.Requester);
            received.Write(Convert.FromBase64String(ask.Ask.Payload.Text));
            AnswerTo(ask, Result());
        }

        await CloseAsync();
        Assert.Equal(File, received.ToArray());
    }

    private async Task EndAsync()
    {
        Requests("end", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        await AnswerAsync();
        await AdvanceAsync(Connection.LastSender, TimeSpan.FromSeconds(2));
        await EndedAsync();
    }

    private async Task SendAgainAsync()
    {
        Above.Tell(new Msg.Send("north", null, Bo, ContentOf(File), Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
    }
}
