using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>QXmpp, slixmpp, gloox and libpurple as targets, with the proxies of Prosody and ejabberd.</summary>
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
    public async Task Refused_offer_must_fail_the_transfer_by_its_condition(string peer, string error, FailureReason reason)
    {
        Answer(await OfferAsync(), ErrorOf(error));

        var failed = await FailedAsync();
        Assert.True((failed.Side, failed.Reason) == (TransferSide.Peer, reason), $"{peer}: {failed}");
    }

    [Fact]
    public async Task Offer_that_purple_never_responds_to_must_time_out()
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

    /// <summary>The response has no session id, as of libpurple, and comes after 14 s, as of QXmpp with two unreachable candidates before the proxy.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("sid='another'")]
    public async Task Late_response_of_qxmpp_or_purple_without_a_session_id_must_be_accepted(string sid)
    {
        var streamhosts = await StreamhostsAsync();
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(14.4));
        await StillRunsAsync(Transfer);
        Answer(streamhosts, Result(Xml($"<query xmlns='{Namespaces.Bytestreams}' {sid}><streamhost-used jid='{Relay}'/></query>")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), Result());

        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(StreamMethod.Proxy, (await CompletedAsync()).Method);
    }

    /// <summary>Several addresses have one JID; the response does not contain the address.</summary>
    [Fact]
    public async Task Either_address_of_the_used_proxy_must_be_tried()
    {
        var again = RelayHost with { Host = "2001:db8::7" };
        Answer(await StreamhostsAsync([RelayHost, again]), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no route");
        var second = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(again, second.Host);
        second.Succeed(Near);
        Assert.Equal(Relay, (await ExpectRequestAsync()).To);
    }

    [Fact]
    public async Task Ejabberd_proxy_must_be_activated_under_its_own_JID()
    {
        var host = new StreamHost(Jid.Parse("proxy.localhost/70306884"), "203.0.113.9", 7777);
        Answer(await StreamhostsAsync([host]), Used(host.Jid));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);

        var activation = await ExpectRequestAsync();
        Assert.Equal(host.Jid, activation.To);
        Assert.True(Activation.TryRead(activation.Payload, out var read, out _));
        Assert.Equal(Bo, read.Target);
    }

    [Theory]
    [InlineData("prosody, no connection", $"<error type='modify'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("prosody, one end only", $"<error type='cancel'><not-allowed xmlns='{Stanzas}'/></error>")]
    [InlineData("ejabberd", $"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("openfire", $"<error code='405' type='CANCEL'><not-allowed xmlns='{Stanzas}'/></error>")]
    [InlineData("a server that returns the numeric code only, 404", "<error code='404'/>")]
    [InlineData("a server that returns the numeric code only, 406", "<error code='406'/>")]
    public async Task Refused_activation_must_demote_the_proxy_and_fall_back_to_in_band(string proxy, string error)
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), ErrorOf(error));

        Assert.Equal(new ProxyDirectory.Report(RelayHost, null), await Proxies.ExpectMsgAsync<ProxyDirectory.Report>(hint: proxy));
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        await ReceiveInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>libpurple accepts an in-band bytestream of the same session after each of these.</summary>
    [Theory]
    [InlineData("qxmpp and purple, no streamhost reached", $"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, refused CONNECT", $"<error type='cancel'><undefined-condition xmlns='{Stanzas}'/></error>")]
    [InlineData("qxmpp, session not known", $"<error type='auth'><not-acceptable xmlns='{Stanzas}'/></error>")]
    [InlineData("slixmpp, session not known", $"<error type='modify'><not-acceptable xmlns='{Stanzas}'/></error>")]
    [InlineData("a server in between", $"<error type='cancel' code='404'><remote-server-timeout xmlns='{Stanzas}'/></error>")]
    public async Task Refused_streamhosts_must_lead_to_in_band_with_purple(string peer, string error)
    {
        Answer(await StreamhostsAsync(), ErrorOf(error));
        await ReceiveInBandAsync(await OpeningAsync());

        var completed = await CompletedAsync();
        Assert.True((completed.Bytes, completed.Method) == (Size, StreamMethod.InBand), peer);
    }

    [Theory]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used/></query>")]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'/>")]
    [InlineData($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used jid='stranger.example'/></query>")]
    public async Task Response_without_a_streamhost_must_lead_to_in_band(string answer)
    {
        Answer(await StreamhostsAsync(), Result(Xml(answer)));
        await ReceiveInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>gloox never responds when every streamhost fails; it refuses an in-band bytestream but accepts a new offer of one.</summary>
    [Fact]
    public async Task Gloox_must_get_a_second_offer_after_a_timeout()
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
        await ReceiveInBandAsync(await OpeningAsync());
        Assert.Equal(StreamMethod.InBand, (await CompletedAsync()).Method);
    }

    /// <summary>A peer that no method reaches must not block the transfer: the first failure is reported.</summary>
    [Fact]
    public async Task Qxmpp_that_refuses_every_method_must_fail_the_transfer_with_the_first_reason()
    {
        Answer(await StreamhostsAsync(), ErrorOf($"<error type='cancel'><item-not-found xmlns='{Stanzas}'/></error>"));
        Answer(await OpeningAsync(), ErrorOf($"<error type='cancel' code='440'><item-not-found xmlns='{Stanzas}'/></error>"));
        Answer(await OfferedAsync(), ErrorOf($"<error type='cancel'><bad-request xmlns='{Stanzas}'/></error>"));
        Fails(await EndedAsync(), TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnreachable);
    }

    /// <summary>slixmpp connects to all streamhosts and leaves unused sockets open: a direct one must not be used when it names the proxy.</summary>
    [Fact]
    public async Task Direct_socket_of_slixmpp_must_not_be_used_when_it_names_the_proxy()
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), Result());
        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();

        await CompletedAsync();
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Dismiss>();
        await ExpectNoMessageAsync(StreamHost, Above);
    }

    /// <summary>libpurple resets the connection when it has received all bytes: this is not a failure.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_by_purple_after_all_bytes_must_be_a_success(bool resets)
    {
        Answer(await StreamhostsAsync(), Used(Relay));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), Result());
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
}
