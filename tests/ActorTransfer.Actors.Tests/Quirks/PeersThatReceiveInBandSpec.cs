using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>slixmpp, gloox, libpurple, Smack and XIFF as targets of an in-band bytestream.</summary>
public sealed class PeersThatReceiveInBandSpec : SendingTest
{
    private const string Stanzas = Namespaces.StanzaErrors;

    [Fact]
    public async Task Slixmpp_that_chooses_in_band_of_both_methods_must_get_the_file_in_band()
    {
        var offer = await OfferAsync();
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Bytestreams, Namespaces.Ibb], read.Methods);

        Answer(offer, Accepts(Namespaces.Ibb));
        await ReceiveInBandAsync(await OpeningAsync());

        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
        await ExpectNoMessageAsync(Proxies, Above);
    }

    /// <summary>Over SOCKS5 libpurple reports it as cancelled and Smack 4.4 as failed; in-band all of them accept it.</summary>
    [Fact]
    public async Task Empty_file_must_be_sent_in_band_as_an_open_and_a_close()
    {
        var offer = await OfferAsync([]);
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Ibb], read.Methods);
        Answer(offer, Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        var close = await ExpectRequestAsync();
        Assert.True(IbbClose.Is(close.Payload));
        Answer(close, Result());
        var completed = await CompletedAsync();
        Assert.Equal((0, StreamMethod.InBand), (completed.Bytes, completed.Method));
    }

    [Fact]
    public async Task Empty_file_must_be_sent_as_an_empty_SOCKS5_bytestream_to_a_peer_without_in_band()
    {
        Answer(await OfferAsync([]),
            ErrorOf($"<error type='cancel'><bad-request xmlns='{Stanzas}'/><no-valid-streams xmlns='{Namespaces.StreamInitiation}'/></error>"));
        Answer(await StreamhostsOfAsync(await OfferedAsync()), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), Result());
        Assert.Equal(0, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(0, (await CompletedAsync()).Bytes);
    }

    [Fact]
    public async Task Close_that_purple_never_responds_to_must_not_delay_the_transfer()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        using var received = new MemoryStream();
        var close = await ReceiveBlocksAsync(received);
        Assert.True(IbbClose.Is(close.Payload));
        Assert.InRange(close.Deadline, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        Answer(close, new Answer.None(NoAnswer.Timeout));
        Assert.Equal(Size, (await CompletedAsync()).Bytes);
    }

    /// <summary>XIFF joins the text of all blocks before it decodes them: padding in the middle would truncate the file.</summary>
    [Fact]
    public async Task Xiff_that_decodes_all_blocks_at_once_must_get_the_file()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        var text = new System.Text.StringBuilder();
        var ask = await ExpectRequestAsync();
        while (IbbData.Is(ask.Payload))
        {
            text.Append(ask.Payload.Text);
            Answer(ask, Result());
            ask = await ExpectRequestAsync();
        }

        Answer(ask, Result());
        Assert.Equal(File, Convert.FromBase64String(text.ToString()));
        await CompletedAsync();
    }

    [Theory]
    [InlineData("qxmpp and slixmpp, wrong number", $"<error type='cancel'><unexpected-request xmlns='{Stanzas}'/></error>")]
    [InlineData("gloox, wrong number", $"<error type='modify'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, too large", $"<error type='cancel'><not-acceptable xmlns='{Stanzas}'/></error>")]
    public async Task Refused_block_must_fail_the_transfer(string peer, string error)
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        Answer(await ExpectRequestAsync(), ErrorOf(error));

        var failed = await FailedAsync();
        Assert.True((failed.Side, failed.Reason) == (TransferSide.Peer, FailureReason.InBandRefused), $"{peer}: {failed}");
    }

    /// <summary>libpurple closes instead of responding to a block, also twice.</summary>
    [Fact]
    public async Task Close_by_purple_instead_of_a_response_must_be_reported_as_a_cancel()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        await ExpectRequestAsync();
        Requests("c1", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
        Requests("c2", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c2", ErrorConditions.ItemNotFound), Refusal(await ResponseAsync()));

        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    private static (string Id, IqType Type) Head(Iq answer) => (answer.Id, answer.Type);

    private static (string Id, string? Condition) Refusal(Iq answer) => (answer.Id, answer.Error?.Condition);
}
