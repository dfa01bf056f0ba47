using System.Runtime.CompilerServices;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Attacks;

/// <summary>Memory of offers that are not decided: thousands of peers may have some each, and each stanza may have 256 KiB.</summary>
public sealed class PendingOfferSpec : TransfersActorTest
{
    private const int Large = 200_000;
    private static readonly string s_text = new('x', Large);

    [Fact]
    public async Task Stanza_of_a_pending_offer_must_not_be_kept()
    {
        await SubscribedAsync();
        var stanza = Offer(() => Iq.Set("offer-a", Ada, new SiOffer("a", new FileDescription("f", 1), [Namespaces.Bytestreams]).ToXml().Add(Extra()), Bo));
        await Offers.ExpectMsgAsync<Msg.Offered>();
        await ReleasedAsync(stanza);
        Assert.Equal(1, ActiveCount());
    }

    [Fact]
    public async Task Stanza_of_a_pending_session_must_not_be_kept()
    {
        await SubscribedAsync();
        var stanza = Offer(() => JingleStanzas.Offer("j1", more: Extra().ToString()));
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        await ReleasedAsync(stanza);
        Assert.Equal(1, ActiveCount());
    }

    private static XmlElement Extra() => new XmlElement("urn:example:extra", "extra").AddText(s_text);

    /// <summary>Not inlined: no variable of the test keeps the stanza.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Offer(Func<Iq> create)
    {
        var request = create();
        Ask(request);
        return new WeakReference(request.Payload);
    }

    private async Task ReleasedAsync(WeakReference stanza)
    {
        await StillRunsAsync(Above);
        await EventuallyAsync(
            () =>
            {
                GC.Collect();
                return !stanza.IsAlive;
            },
            "the stanza is kept");
    }
}
