using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>A sender that starts with larger blocks than peers accept.</summary>
public sealed class LargeBlocksSpec() : SendingTest("in-band.block-size = 16KiB")
{
    /// <summary>QXmpp accepts 4096 at most and returns resource-constraint; no other implementation then tries smaller blocks.</summary>
    [Fact]
    public async Task Qxmpp_must_get_smaller_blocks_after_it_refused_larger_ones()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        var open = await OpeningAsync();
        foreach (var size in new[] { "16384", "8192" })
        {
            Assert.Equal(size, open.Payload["block-size"]);
            Answer(open, ErrorOf($"<error type='modify'><resource-constraint xmlns='{Namespaces.StanzaErrors}'/></error>"));
            open = await OpeningAsync();
        }

        Assert.Equal("4096", open.Payload["block-size"]);
        await ReceiveInBandAsync(open);
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }
}
