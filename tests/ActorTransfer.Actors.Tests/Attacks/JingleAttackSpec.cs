using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Attacks;

/// <summary>Attacks on Jingle sessions, from strangers who know their ids and from the peer.</summary>
public sealed class JingleAttackSpec : TransfersActorTest
{
    private const string Candidate = "<candidate cid='c1' host='203.0.113.9' jid='bo@south.example/Phone' port='7777' priority='8257636' type='direct'/>";

    public static TheoryData<string, string> Actions => new()
    {
        { "session-accept", JingleStanzas.Transport(Candidate) },
        { "session-terminate", "<reason><success/></reason>" },
        { "session-info", "" },
        { "transport-info", JingleStanzas.Transport(Candidate) },
        { "transport-info", JingleStanzas.Transport("<candidate-error/>") },
        { "transport-replace", JingleStanzas.Content($"<transport xmlns='{Namespaces.JingleIbb}' sid='i' block-size='4096'/>") },
        { "transport-accept", JingleStanzas.Transport(Candidate) },
        { "content-remove", JingleStanzas.Content("") },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Stranger_who_knows_the_session_id_must_get_unknown_session_and_change_nothing(string action, string content)
    {
        var offered = await OfferedAsync(Candidate);
        foreach (var stranger in new[] { "eve@evil.example/x", "bo@south.example/other", "bo@south.example" })
        {
            Ask(JingleStanzas.Request(action, "j1", content, Jid.Parse(stranger)));
            var answer = await ReplyAsync();
            Assert.Equal((ErrorConditions.ItemNotFound, "unknown-session"), (answer.Error?.Condition, answer.Error?.Application?.Name));
            Assert.Equal(Jid.Parse(stranger), answer.To);
        }

        await NothingStartedAsync();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Action_without_a_session_must_get_unknown_session_and_start_nothing(string action, string content)
    {
        await SubscribedAsync();
        Ask(JingleStanzas.Request(action, "none", content));
        Assert.Equal("unknown-session", (await ReplyAsync()).Error?.Application?.Name);
        Assert.Equal(0, ActiveCount());
        await NothingStartedAsync();
    }

    [Fact]
    public async Task Bytestream_of_a_stranger_must_be_refused_although_it_knows_the_ids()
    {
        await OfferedAsync();
        var eve = Jid.Parse("eve@evil.example/x");
        foreach (var sid in new[] { "j1", JingleStanzas.TransportId })
        {
            Ask(Iq.Set("i", Ada, XmlElement.Parse($"<open xmlns='{Namespaces.Ibb}' sid='{sid}' block-size='4096'/>"), eve));
            Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("i"));
            Ask(Iq.Set("s", Ada, XmlElement.Parse(
                $"<query xmlns='{Namespaces.Bytestreams}' sid='{sid}'><streamhost jid='{eve}' host='203.0.113.9' port='7777'/></query>"), eve));
            Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("s"));
        }

        Assert.Equal(1, ActiveCount());
        await NothingStartedAsync();
    }

    [Fact]
    public async Task Candidates_of_a_pending_offer_must_not_be_connected_to()
    {
        await OfferedAsync(Candidate);
        Ask(JingleStanzas.Request("transport-info", "j1", JingleStanzas.Transport(Candidate.Replace("c1", "c2", StringComparison.Ordinal))));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        await NothingStartedAsync();
    }

    [Fact]
    public async Task More_than_32_requests_a_minute_before_bytes_must_end_the_session()
    {
        var offered = await OfferedAsync();
        for (var at = 0; at < RequestLimit.Most; at++)
        {
            Ask(JingleStanzas.Request("session-info", "j1", "", id: $"p{at}"));
            Assert.Equal((IqType.Result, $"p{at}"), await HeadAsync());
        }

        Ask(JingleStanzas.Request("session-info", "j1", "", id: "more"));
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("more"));
        var end = await ReplyAsync();
        Assert.NotNull(end.Payload?.Child("reason")?.Child("general-error"));
        Assert.Equal(new Msg.Withdrawn(offered.Id), await Offers.ExpectMsgAsync<Msg.Withdrawn>());
        await EventuallyAsync(() => ActiveCount() == 0, "the session has not ended");
    }

    [Fact]
    public async Task Slower_requests_must_not_end_the_session()
    {
        var offered = await OfferedAsync();
        for (var at = 0; at < 3 * RequestLimit.Most; at++)
        {
            Ask(JingleStanzas.Request("session-info", "j1", "", id: $"p{at}"));
            Assert.Equal((IqType.Result, $"p{at}"), await HeadAsync());
            await AdvanceAsync(await ActorOfAsync(offered.Id), TimeSpan.FromSeconds(2));
        }

        Assert.Equal(1, ActiveCount());
    }

    [Fact]
    public async Task Sessions_must_count_like_other_offers_of_the_peer()
    {
        await OfferedAsync();
        Ask(OfferOf(Bo, "si"));
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(JingleStanzas.Offer("j2"));
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("session-initiate-j2"));
        Assert.Equal(2, ActiveCount());
    }

    private async Task<Msg.Offered> OfferedAsync(string candidates = "")
    {
        await SubscribedAsync();
        Ask(JingleStanzas.Offer("j1", candidates));
        Assert.Equal((IqType.Result, "session-initiate-j1"), await HeadAsync());
        return await Offers.ExpectMsgAsync<Msg.Offered>();
    }

    /// <summary>Nothing is connected to, listened for or looked up.</summary>
    private async Task NothingStartedAsync()
    {
        foreach (var probe in new[] { Gate, StreamHost, Proxies })
        {
            await ExpectNoMessageAsync(probe, Above);
        }
    }
}
