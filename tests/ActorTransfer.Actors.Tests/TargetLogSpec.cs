using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Tests;

/// <summary>Log events at the end of a transfer.</summary>
public sealed class TargetLogSpec() : TargetTest(honoursCancellation: true, logs: true)
{
    /// <summary>Who knows the id could take over the bytestream.</summary>
    [Fact]
    public async Task Session_id_must_not_be_logged_whole()
    {
        var log = CreateTestProbe("log");
        Sys.EventStream.Subscribe(log.Ref, typeof(Akka.Event.Info));
        await AdvanceToAsync(Stage.Offer);
        Above.Tell(new Transfers.Transfer.Cancel(Id), TestActor);
        var offered = await log.FishForMessageAsync<Akka.Event.Info>(info => info.Message.ToString()!.Contains("offers", StringComparison.Ordinal));
        Assert.Contains("session x1-…", offered.Message.ToString(), StringComparison.Ordinal);
        var scope = new Logging.LogScope(1, SessionId, "north", Bo).Properties.Single(property => property.Key == "SessionId");
        Assert.Equal("x1-…", scope.Value);
    }

    [Fact]
    public async Task Log_event_of_the_end_must_contain_the_result_of_each_streamhost()
    {
        var log = CreateTestProbe("log");
        Sys.EventStream.Subscribe(log.Ref, typeof(Akka.Event.Info));
        await AdvanceToAsync(Stage.Accepted);
        Ask(StreamhostsOf("s1", RelayHost, RelayHost with { Port = 7778 }));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("refused by the first");
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no response of the second");
        Assert.Equal((IqType.Error, "s1"), Head(await ReplyAsync()));
        await NoFallbackAsync();
        await EndedAsync();
        var line = (await log.FishForMessageAsync<Akka.Event.Info>(
            info => info.Message.ToString()!.Contains(" ended: ", StringComparison.Ordinal))).Message.ToString();
        Assert.Contains("refused by the first", line, StringComparison.Ordinal);
        Assert.Contains("no response of the second", line, StringComparison.Ordinal);
    }
}
