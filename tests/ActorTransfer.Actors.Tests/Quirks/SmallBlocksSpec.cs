using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>A receiver that accepts only small blocks.</summary>
public sealed class SmallBlocksSpec() : ReceivingTest("in-band.max-block-size = 4096B")
{
    /// <summary>No known sender tries smaller blocks; QXmpp and libpurple close the stream that never opened.</summary>
    [Fact]
    public async Task Close_of_a_refused_session_by_qxmpp_or_purple_must_end_the_transfer()
    {
        await AcceptedAsync(OfferXml(Options(Namespaces.Ibb)));
        Requests("o1", OpenXml(65535));
        Assert.Equal(("o1", ErrorConditions.ResourceConstraint), Refusal(await ResponseAsync()));
        Requests("c1", CloseXml);
        Assert.Equal(("c1", ErrorConditions.ItemNotFound), Refusal(await ResponseAsync()));

        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(60));
        Assert.Equal(TransferSide.Peer, (await FailedAsync()).Side);
    }

    [Fact]
    public async Task Peer_that_retries_with_smaller_blocks_must_be_accepted()
    {
        await AcceptedAsync(OfferXml(Options(Namespaces.Ibb)));
        Requests("o1", OpenXml(65535));
        Assert.Equal("o1", Refusal(await ResponseAsync()).Id);
        Requests("o2", OpenXml(4096));
        Assert.Equal(("o2", IqType.Result), Head(await ResponseAsync()));
        await SendBlocksAsync(4096);
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
        await ReceivedAsync();
    }
}
