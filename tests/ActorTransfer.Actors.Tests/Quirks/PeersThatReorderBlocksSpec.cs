using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>
/// Receivers that handle in-band blocks on a pool of threads, as Smack 4.1 to 4.4 does: of two blocks in flight the second may be handled first. The receiver
/// then refuses or closes, in any order of its responses.
/// </summary>
public sealed class PeersThatReorderBlocksSpec() : SendingTest("in-band.block-size = 100B, in-band.min-block-size = 100B")
{
    private const string UnexpectedRequest = $"<error type='wait'><unexpected-request xmlns='{Namespaces.StanzaErrors}'/></error>";
    private const string ItemNotFound = $"<error type='cancel'><item-not-found xmlns='{Namespaces.StanzaErrors}'/></error>";

    /// <summary>How such a peer ends the session when its second block overtook the first.</summary>
    public enum Reordering
    {
        /// <summary>The block that was overtaken is refused, then the stream is closed.</summary>
        RefusesAndCloses,

        /// <summary>The block that overtook the other is refused.</summary>
        RefusesTheLater,

        /// <summary>The block that overtook the other is acknowledged, the stream is closed, and the other block gets item-not-found.</summary>
        ClosesAndRefuses,

        /// <summary>The same, and the refusal comes before the acknowledgement.</summary>
        RefusesBoth,

        /// <summary>The close comes before all responses.</summary>
        ClosesFirst,
    }

    /// <summary>The disco#info of Smack 4 does not show whether it keeps the order of blocks; its name is "Smack".</summary>
    [Theory]
    [InlineData(
        "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='Smack'/>"
        + "<feature var='http://jabber.org/protocol/ibb'/></query>")]
    [InlineData("<query xmlns='http://jabber.org/protocol/disco#info'/>")]
    [InlineData(null)]
    public async Task Unknown_peer_must_get_one_block_at_a_time(string? info)
    {
        await OpenedAsync(info is null ? new Answer.None(NoAnswer.Timeout) : Result(Xml(info)));
        for (var block = 0; block < Size / 100; block++)
        {
            var ask = await BlockAsync(block);
            await NoOtherBlockAsync(ask.Requester);
            RespondTo(ask, Result());
        }

        await CloseAsync();
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    [Theory]
    [InlineData("<feature var='urn:x-actor-transfer:ibb-in-order'/>")]
    [InlineData("<identity category='client' type='pc' name='Pidgin'/>")]
    [InlineData("<identity category='client' type='pc' name='Finch'/>")]
    public async Task Peer_known_to_keep_order_must_get_several_blocks_at_a_time(string known)
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'>{known}</query>")));
        RespondTo(await BlockAsync(0), Result());
        await BlockAsync(1);
        await BlockAsync(2);
    }

    [Theory]
    [InlineData(Reordering.RefusesAndCloses)]
    [InlineData(Reordering.RefusesTheLater)]
    [InlineData(Reordering.ClosesAndRefuses)]
    [InlineData(Reordering.RefusesBoth)]
    [InlineData(Reordering.ClosesFirst)]
    public async Task Peer_that_reorders_blocks_must_get_the_file_again_one_block_at_a_time(Reordering how)
    {
        await ReorderAsync(how);

        var again = await OfferedAgainAsync();
        Answer(again, Accepts(Namespaces.Ibb));
        await ReceiveInLockStepAsync();
        var completed = await CompletedAsync();
        Assert.Equal((Size, StreamMethod.InBand), (completed.Bytes, completed.Method));
    }

    [Fact]
    public async Task Next_transfer_to_a_peer_that_reordered_blocks_must_send_one_block_at_a_time()
    {
        await ReorderAsync(Reordering.RefusesAndCloses);
        Answer(await OfferedAgainAsync(), Accepts(Namespaces.Ibb));
        await ReceiveInLockStepAsync();
        await CompletedAsync();

        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        await ReceiveInLockStepAsync();
        await CompletedAsync();
    }

    [Fact]
    public async Task Result_of_the_disco_query_must_be_cached_for_the_next_transfers()
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'><feature var='{Namespaces.InOrderBlocks}'/></query>")));
        await BlockAsync(0);
        await EndAsync(outstanding: false);

        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        var open = await OpenAsync();
        await StillRunsAsync(open.Requester); // it has queried the cache
        await StillRunsAsync(Above);
        RespondTo(open, Result());
        RespondTo(await BlockAsync(0), Result());
        await BlockAsync(1);
        await BlockAsync(2);
        await EndAsync(outstanding: true);

        Advance(TimeSpan.FromHours(1));
        await SendAgainAsync();
        Answer(await OfferedAsync(), Accepts(Namespaces.Ibb));
        await OpenAsync();
        await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>();
    }

    /// <summary>If the user declines the second offer, that is the outcome.</summary>
    [Theory]
    [InlineData($"<error type='cancel'><forbidden xmlns='{Namespaces.StanzaErrors}'/></error>", true)]
    [InlineData($"<error type='cancel'><bad-request xmlns='{Namespaces.StanzaErrors}'/></error>", false)]
    public async Task Refused_second_offer_after_reordering_must_end_the_transfer(string error, bool isDecline)
    {
        await ReorderAsync(Reordering.RefusesAndCloses);
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

    /// <summary>A cancel that arrives between two blocks in flight is not a sign of reordering.</summary>
    [Fact]
    public async Task Peer_that_cancels_with_several_blocks_in_flight_must_not_be_offered_the_file_again()
    {
        var (first, second) = await TwoInFlightAsync();
        Requests("c1", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
        RespondTo(first, ErrorOf(ItemNotFound));
        RespondTo(second, ErrorOf(ItemNotFound));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    private static (string Id, IqType Type) Head(Iq answer) => (answer.Id, answer.Type);

    private static void RespondTo((Connection.Ask Ask, IActorRef Requester) asked, Answer answer) =>
        asked.Requester.Tell(new Connection.Answered(asked.Ask.Tag, answer));

    private async Task ReorderAsync(Reordering how)
    {
        var (first, second) = await TwoInFlightAsync();
        var close = $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>";
        switch (how)
        {
            case Reordering.RefusesAndCloses:
                RespondTo(second, Result());
                RespondTo(first, ErrorOf(UnexpectedRequest));
                Requests("c1", close);
                break;
            case Reordering.RefusesTheLater:
                RespondTo(second, ErrorOf(UnexpectedRequest));
                RespondTo(first, Result());
                break;
            case Reordering.ClosesAndRefuses:
                RespondTo(second, Result());
                Requests("c1", close);
                await ResponseAsync();
                RespondTo(first, ErrorOf(ItemNotFound));
                break;
            case Reordering.RefusesBoth:
                RespondTo(first, ErrorOf(ItemNotFound));
                RespondTo(second, ErrorOf(UnexpectedRequest));
                break;
            default:
                Requests("c1", close);
                await ResponseAsync();
                RespondTo(second, Result());
                RespondTo(first, ErrorOf(ItemNotFound));
                break;
        }
    }

    private async Task<((Connection.Ask Ask, IActorRef Requester) First, (Connection.Ask Ask, IActorRef Requester) Second)> TwoInFlightAsync()
    {
        await OpenedAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'><identity category='client' type='pc' name='Pidgin'/></query>")));
        RespondTo(await BlockAsync(0), Result());
        return (await BlockAsync(1), await BlockAsync(2));
    }

    /// <summary>Offers the file, accepts it in-band, and accepts the open after the disco query.</summary>
    private async Task OpenedAsync(Answer info)
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        var open = await OpenAsync();
        await AnswerInfoAsync(info);
        await StillRunsAsync(open.Requester); // the sender has its result before the next response
        RespondTo(open, Result());
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
        Assert.True(IbbData.Is(block.Ask.Payload), $"expected block {sequence}, not {block.Ask.Payload}");
        Assert.Equal(sequence, IbbData.Read(block.Ask.Payload).Sequence!.Value);
        return block;
    }

    /// <summary>Ignores a response to the close of the previous session.</summary>
    private async Task NoOtherBlockAsync(IActorRef sender)
    {
        await StillRunsAsync(sender);
        Connection.Ref.Tell("no message");
        while (await Connection.ReceiveOneAsync() is var message and not "no message")
        {
            Assert.IsType<Connection.Reply>(message);
        }
    }

    private async Task CloseAsync()
    {
        var close = await NextAsync();
        Assert.True(IbbClose.Is(close.Ask.Payload), $"expected a close, not {close.Ask.Payload}");
        RespondTo(close, Result());
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

    /// <summary>Receives as a pool of threads must be served: a second block in flight would be lost.</summary>
    private async Task ReceiveInLockStepAsync()
    {
        RespondTo(await OpenAsync(), Result());
        using var received = new MemoryStream();
        for (var block = 0; block < Size / 100; block++)
        {
            var ask = await BlockAsync(block);
            await NoOtherBlockAsync(ask.Requester);
            received.Write(Convert.FromBase64String(ask.Ask.Payload.Text));
            RespondTo(ask, Result());
        }

        await CloseAsync();
        Assert.Equal(File, received.ToArray());
    }

    private async Task EndAsync(bool outstanding)
    {
        Requests("end", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        await ResponseAsync();
        if (outstanding)
        {
            await AdvanceAsync(Connection.LastSender, TimeSpan.FromSeconds(2)); // their responses would show whether the order was lost
        }

        await EndedAsync();
    }

    private async Task SendAgainAsync()
    {
        Above.Tell(new Msg.Send("north", null, Bo, ContentOf(File), Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
    }
}
