using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Twice as many transfers as the limits allow: 40 active, 10 queued in each direction.</summary>
public sealed class TransferOverloadSpec() : TransferTest(
    "transfers { max-active = 40, max-queued-sends = 10, max-queued-offers = 10, max-offers-per-peer = 4, max-pending-offers = 200 }")
{
    private const int Allowed = 50;

    [Fact]
    public async Task Offers_beyond_the_limits_must_be_refused_with_a_wait_error_and_the_others_be_served_in_turn()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        for (var offer = 0; offer < 2 * Allowed; offer++)
        {
            Ask(OfferOf(Peer(offer / 2), $"{offer}"));
        }

        var refused = new List<string>();
        for (var offer = Allowed; offer < 2 * Allowed; offer++)
        {
            var answer = await ReplyAsync();
            Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), (answer.Error?.Type, answer.Error?.Condition));
            refused.Add(answer.Id);
        }

        Assert.Equal(Enumerable.Range(Allowed, Allowed).Select(offer => $"offer-{offer}"), refused);
        await ServeAllAsync();
        Ask(OfferOf(Peer(99), "after"));
        Assert.Equal(Peer(99), (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
    }

    [Fact]
    public async Task Sends_beyond_the_limits_must_fail_at_once_as_overloaded_and_the_others_begin()
    {
        await UpAsync();
        var started = new List<TransferId>();
        for (var send = 0; send < 2 * Allowed; send++)
        {
            Above.Tell(new Msg.Send("north", null, Peer(send), new NoContent(), Observer.Ref), TestActor);
            switch (await ExpectMsgAsync<object>())
            {
                case Msg.Started begun:
                    started.Add(begun.Id);
                    break;
                case Msg.NotStarted failed:
                    Assert.Equal(FailureReason.Overloaded, failed.Reason);
                    break;
            }
        }

        Assert.Equal(Allowed, started.Count);
        foreach (var id in started.Take(10))
        {
            Above.Tell(new Msg.Cancel(id));
        }

        for (var begun = 0; begun < Allowed; begun++)
        {
            await Connection.ExpectMsgAsync<Connection.Ask>();
        }
    }

    private static Jid Peer(int number) => Jid.Parse($"peer{number}@west.example/x");

    /// <summary>Each of the offers that were not refused gets a decision.</summary>
    private async Task ServeAllAsync()
    {
        for (var offer = 0; offer < Allowed; offer++)
        {
            var offered = await Offers.FishForMessageAsync<Msg.Offered>(_ => true);
            Above.Tell(new Msg.Decline(offered.Id, null));
            Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
        }
    }
}
