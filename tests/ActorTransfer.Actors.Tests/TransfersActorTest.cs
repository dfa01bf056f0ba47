using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Set-up and helpers of <see cref="TransfersActorSpec"/> and <see cref="TransfersOfferSpec"/>.</summary>
public abstract class TransfersActorTest()
    : TransferTest("transfers { max-active = 4, max-offers-per-peer = 2, max-queued-sends = 0, max-queued-offers = 0 }")
{
    private protected async Task SubscribedAsync()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
    }

    private protected async Task<(IqType Type, string Id)> HeadAsync() => await ReplyAsync() is var answer ? (answer.Type, answer.Id) : default;

    private protected int ActiveCount()
    {
        Above.Tell(new Msg.GetActive(), TestActor);
        return ExpectMsg<Msg.Active>().Ids.Length;
    }

    private protected async Task<string?> RefusalAsync(string id)
    {
        var answer = await ReplyAsync();
        Assert.Equal((IqType.Error, id), (answer.Type, answer.Id));
        return answer.Error?.Condition;
    }

    private protected async Task<FailureReason> NotStartedAsync(string connection, Jid to)
    {
        Above.Tell(new Msg.Send(connection, null, to, new NoContent(), Observer.Ref), TestActor);
        return (await ExpectMsgAsync<Msg.NotStarted>()).Reason;
    }
}
