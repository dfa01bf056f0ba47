using ActorTransfer.Protocol.Stanzas;
using Akka;

namespace ActorTransfer.Actors.Tests;

/// <summary>An application that does not receive.</summary>
public sealed class SendingOnlySpec() : TransferTest("target.enabled = off")
{
    [Fact]
    public async Task Offers_must_be_refused_at_once()
    {
        await UpAsync();
        Ask(OfferOf(Bo, "a"));
        Assert.Equal(ErrorConditions.ServiceUnavailable, (await ReplyAsync()).Error?.Condition);
    }
}
