using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>QXmpp, slixmpp, gloox and libpurple as targets, the proxies of Prosody and ejabberd between.</summary>
public sealed class PeersThatReceiveSpec : SendingTest
{
    private const string Stanzas = Namespaces.StanzaErrors;

    [Theory]
    [InlineData("qxmpp", $"<error type='cancel'><bad-request xmlns='{Stanzas}'/></error>", FailureReason.NoMethod)]
    [InlineData(
        "slixmpp, unknown profile",
        $"<error type='modify'><bad-request xmlns='{Stanzas}'/><bad-profile xmlns='{Namespaces.StreamInitiation}'/></error>",
        FailureReason.NoMethod)]
    [InlineData(
        "slixmpp and gloox, no usable method",
        $"<error type='cancel'><bad-request xmlns='{Stanzas}'/><no-valid-streams xmlns='{Namespaces.StreamInitiation}'/></error>",
        FailureReason.NoMethod)]
    [InlineData("gloox, unknown profile", $"<error type='cancel'><service-unavailable xmlns='{Stanzas}'/></error>", FailureReason.NotSupported)]
    public async Task Refused_offer_must_end_the_transfer_by_its_condition(string peer, string error, FailureReason reason)
    {
        Answer(await OfferAsync(), ErrorOf(error));

        var failed = await FailedAsync();
        Assert.True((failed.Side, failed.Reason) == (TransferSide.Peer, reason), $"{peer}: {failed}");
    }

    [Fact]
    public async Task Purple_that_never_answers_an_offer_must_not_hold_the_transfer_for_ever()
    {
        await OfferAsync();
        await AdvanceAsync(Transfer, TimeSpan.FromMinutes(10));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Empty_acceptance_must_end_the_transfer()
    {
        Answer(await OfferAsync(), Result(Xml($"<si xmlns='{Namespaces.StreamInitiation}'/>")));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.NoMethod);
    }

    [Fact]
    public async Task Slixmpp_must_get_the_file_in_band_because_it_chooses_that_of_both()
    {
        var offer = await OfferAsync();
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Bytestreams, Namespaces.Ibb], read.Methods);

        Answer(offer, Accepts(Namespaces.Ibb));
        await TakeInBandAsync(await OpeningAsync());

        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
        await ExpectNoMessageAsync(Proxies, Above);
    }

    /// <summary>The answer names no session, as libpurple writes it, and 14 s late, as QXmpp with two dead hosts before the proxy.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("sid='another'")]
    public async Task Qxmpp_and_purple_that_use_the_proxy_late_and_without_a_session_must_get_the_file(string sid)
    {
        var streamhosts = await StreamhostsAsync();
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(14.4));
        await StillRunsAsync(Transfer);
        Answer(streamhosts, Result(Xml($"<query xmlns='{Namespaces.Bytestreams}' {sid}><streamhost-used jid='{Relay}'/></query>")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await AskedAsync(), Result());

        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(StreamMethod.Proxy, (await CompletedAsync()).Method);
    }

    /// <summary>One JID stands beside several addresses; the answer does not say which one.</summary>
    [Fact]
    public async Task Peer_that_names_a_proxy_of_two_addresses_must_be_met_at_either()
    {
        var again = RelayHost with { Host = "2001:db8::7" };
        Answer(await StreamhostsAsync([RelayHost, again]), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no route");
        var second = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(again, second.Host);
        second.Succeed(Near);
        Assert.Equal(Relay, (await AskedAsync()).To);
    }

    [Fact]
    public async Task Ejabberd_proxy_must_be_activated_under_the_name_it_gave_itself()
    {
        var host = new StreamHost(Jid.Parse("proxy.localhost/70306884"), "203.0.113.9", 7777);
        Answer(await StreamhostsAsync([host]), Used(host.Jid));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);

        var activation = await AskedAsync();
        Assert.Equal(host.Jid, activation.To);
        Assert.True(Activation.TryRead(activation.Payload, out var read, out _));
        Assert.Equal(Bo, read.Target);
    }

    [Theory]
    [InlineData("prosody, nobody there", $"<error type='modify'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("prosody, one end only", $"<error type='cancel'><not-allowed xmlns='{Stanzas}'/></error>")]
    [InlineData("ejabberd", $"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>")]
    public async Task Refused_activation_must_be_held_against_the_proxy_and_lead_in_band(string proxy, string error)
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await AskedAsync(), ErrorOf(error));

        Assert.Equal(new ProxyDirectory.Report(RelayHost, null), await Proxies.ExpectMsgAsync<ProxyDirectory.Report>(hint: proxy));
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        await TakeInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>libpurple takes an in-band bytestream of the same session after each of these.</summary>
    [Theory]
    [InlineData("qxmpp and purple, nobody reached", $"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, refused CONNECT", $"<error type='cancel'><undefined-condition xmlns='{Stanzas}'/></error>")]
    [InlineData("qxmpp, session not known", $"<error type='auth'><not-acceptable xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, session not known", $"<error type='modify'><not-acceptable xmlns='{Stanzas}'/></error>")]
    [InlineData("a server in between", $"<error type='cancel' code='404'><remote-server-timeout xmlns='{Stanzas}'/></error>")]
    public async Task Purple_must_get_the_file_in_band_after_refused_streamhosts(string peer, string error)
    {
        Answer(await StreamhostsAsync(), ErrorOf(error));
        await TakeInBandAsync(await OpeningAsync());

        var completed = await CompletedAsync();
        Assert.True((completed.Bytes, completed.Method) == (Size, StreamMethod.InBand), peer);
    }

    [Theory]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used/></query>")]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'/>")]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used jid='stranger.example'/></query>")]
    public async Task Response_without_a_streamhost_must_lead_in_band(string answer)
    {
        Answer(await StreamhostsAsync(), Result(Xml(answer)));
        await TakeInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>gloox never answers when every streamhost fails, does not take an in-band bytestream instead, but a new offer of one.</summary>
    [Fact]
    public async Task Gloox_must_get_the_file_by_a_second_offer_after_its_silence()
    {
        var streamhosts = await StreamhostsAsync();
        var first = Session;
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30) - Tick);
        await StillRunsAsync(Transfer);
        Assert.Equal(Transfer, Connection.LastSender);
        Answer(streamhosts, new Answer.None(NoAnswer.Timeout));
        Answer(await OpeningAsync(), ErrorOf($"<error type='cancel'><feature-not-implemented xmlns='{Stanzas}'/></error>"));

        var offer = await OfferedAsync();
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Ibb], read.Methods);
        Assert.NotEqual(first, Session);
        Answer(offer, Accepts(Namespaces.Ibb));
        await TakeInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>Whoever cannot be reached by any method must not hold the transfer: the first failure is told.</summary>
    [Fact]
    public async Task Qxmpp_that_refuses_every_road_must_end_the_transfer_with_the_first_reason()
    {
        Answer(await StreamhostsAsync(), ErrorOf($"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>"));
        Answer(await OpeningAsync(), ErrorOf($"<error type='cancel' code='440'><item-not-found xmlns='{Stanzas}'/></error>"));
        Answer(await OfferedAsync(), ErrorOf($"<error type='cancel'><bad-request xmlns='{Stanzas}'/></error>"));
        Fails(await EndedAsync(), TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnreachable);
    }

    /// <summary>slixmpp dials all and leaves the spare sockets open: a direct one is not taken when it names the proxy.</summary>
    [Fact]
    public async Task Slixmpp_that_names_the_proxy_must_not_be_taken_by_its_direct_socket()
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await AskedAsync(), Result());
        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();

        await CompletedAsync();
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Dismiss>();
        await ExpectNoMessageAsync(StreamHost, Above);
    }

    /// <summary>libpurple resets the connection when it has all bytes it wants: no failure of ours.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Purple_that_closes_as_soon_as_it_has_all_bytes_must_count_as_served(bool resets)
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await AskedAsync(), Result());
        Assert.Equal(Size, await ReceiveAllAsync());
        if (resets)
        {
            Far.Abort();
        }
        else
        {
            Far.Dispose();
        }

        Assert.Equal(Size, (await CompletedAsync()).Bytes);
    }

    /// <summary>Over SOCKS5 libpurple reports it cancelled and Smack 4.4 as failed; in-band all of them take it.</summary>
    [Fact]
    public async Task Empty_file_must_be_sent_in_band_as_an_open_and_a_close()
    {
        var offer = await OfferAsync([]);
        Assert.True(SiOffer.TryRead(offer.Payload, out var read, out _));
        Assert.Equal([Namespaces.Ibb], read.Methods);
        Answer(offer, Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        var close = await AskedAsync();
        Assert.True(IbbClose.Is(close.Payload));
        Answer(close, Result());
        var completed = await CompletedAsync();
        Assert.Equal((0, StreamMethod.InBand), (completed.Bytes, completed.Method));
    }

    [Fact]
    public async Task Empty_file_must_be_sent_over_SOCKS5_as_nothing_and_a_close_to_a_peer_without_in_band()
    {
        Answer(await OfferAsync([]), ErrorOf($"<error type='cancel'><bad-request xmlns='{Stanzas}'/><no-valid-streams xmlns='{Namespaces.StreamInitiation}'/></error>"));
        Answer(await StreamhostsOfAsync(await OfferedAsync()), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await AskedAsync(), Result());
        Assert.Equal(0, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(0, (await CompletedAsync()).Bytes);
    }

    [Fact]
    public async Task Purple_that_never_answers_the_close_must_not_hold_the_transfer()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        using var received = new MemoryStream();
        var close = await TakeBlocksAsync(received);
        Assert.True(IbbClose.Is(close.Payload));
        Assert.InRange(close.Deadline, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        Answer(close, new Answer.None(NoAnswer.Timeout));
        Assert.Equal(Size, (await CompletedAsync()).Bytes);
    }

    /// <summary>XIFF joins the text of all blocks before it decodes: padding in the middle would end the file there.</summary>
    [Fact]
    public async Task Xiff_that_decodes_all_blocks_at_once_must_get_the_file()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        var text = new System.Text.StringBuilder();
        var ask = await AskedAsync();
        while (IbbData.Is(ask.Payload))
        {
            text.Append(ask.Payload.Text);
            Answer(ask, Result());
            ask = await AskedAsync();
        }

        Answer(ask, Result());
        Assert.Equal(File, Convert.FromBase64String(text.ToString()));
        await CompletedAsync();
    }

    [Theory]
    [InlineData("qxmpp and slixmpp, wrong number", $"<error type='cancel'><unexpected-request xmlns='{Stanzas}'/></error>")]
    [InlineData("gloox, wrong number", $"<error type='modify'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, too large", $"<error type='cancel'><not-acceptable xmlns='{Stanzas}'/></error>")]
    public async Task Refused_block_must_end_the_transfer(string peer, string error)
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        Answer(await AskedAsync(), ErrorOf(error));

        var failed = await FailedAsync();
        Assert.True((failed.Side, failed.Reason) == (TransferSide.Peer, FailureReason.InBandRefused), $"{peer}: {failed}");
    }

    /// <summary>libpurple leaves a block without an answer and closes, also twice.</summary>
    [Fact]
    public async Task Purple_that_closes_instead_of_answering_must_count_as_having_cancelled()
    {
        Answer(await OfferAsync(), Accepts(Namespaces.Ibb));
        Answer(await OpeningAsync(), Result());
        await AskedAsync();
        Requests("c1", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        Requests("c2", $"<close xmlns='{Namespaces.Ibb}' sid='{Session}'/>");
        Assert.Equal(("c2", ErrorConditions.ItemNotFound), Refusal(await AnswerAsync()));

        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(2));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer), await EndedAsync());
    }

    private static (string Id, IqType Type) Head(Iq answer) => (answer.Id, answer.Type);

    private static (string Id, string? Condition) Refusal(Iq answer) => (answer.Id, answer.Error?.Condition);
}

/// <summary>A sender that begins with blocks larger than peers take.</summary>
public sealed class LargeBlocksSpec() : SendingTest("in-band.block-size = 16KiB")
{
    /// <summary>QXmpp accepts 4096 at most and returns resource-constraint; no other implementation then tries smaller.</summary>
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
        await TakeInBandAsync(open);
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }
}
