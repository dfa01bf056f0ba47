using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Testing.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>QXmpp, slixmpp, gloox and libpurple as initiators.</summary>
public sealed class PeersThatSendSpec : ReceivingTest
{
    private const string S5b = Namespaces.Bytestreams;
    private const string Ibb = Namespaces.Ibb;

    /// <summary>In-band first in the list means nothing: SOCKS5 is chosen, one value, no range because no peer offers any.</summary>
    [Theory]
    [InlineData("qxmpp", $"<option><value>{Ibb}</value></option><option><value>{S5b}</value></option>")]
    [InlineData("slixmpp and purple", $"<option><value>{S5b}</value></option><option><value>{Ibb}</value></option>")]
    [InlineData(
        "gloox",
        $"<option label='ibb'><value>{Ibb}</value></option><option label='oob'><value>jabber:iq:oob</value></option>"
            + $"<option label='s5b'><value>{S5b}</value></option><value/>")]
    public async Task Offer_of_each_peer_must_be_accepted_for_SOCKS5(string peer, string options)
    {
        var acceptance = await AcceptedAsync(OfferXml(options));

        Assert.True(acceptance.Payload == new SiAccept([S5b]).ToXml(), $"{peer}: {acceptance.Payload}");
    }

    /// <summary>MD5 comes from QXmpp only.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Qxmpp_hash_must_decide_whether_the_file_is_kept(bool isRight)
    {
        var md5 = Convert.ToHexString(System.Security.Cryptography.MD5.HashData(isRight ? File : File[1..]));
        await AcceptedAsync(OfferXml(Options(Ibb, S5b), $"hash='{md5}' date='2026-11-22T10:00:00Z'"));
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Send(File);

        if (isRight)
        {
            await ReceivedAsync();
            return;
        }

        Assert.Equal(FailureReason.WrongHash, (await FailedAsync()).Reason);
        Assert.Empty(Directory.EnumerateFiles(Folder, "img*"));
    }

    /// <summary>Spark 2.6.3 and Smack 4.4 leave out the size of an empty file; what comes is taken, up to what this side takes.</summary>
    [Theory]
    [InlineData(0, null, true)]
    [InlineData(Size, null, true)]
    [InlineData(Size, (long)Size, true)]
    [InlineData(Size, Size - 1L, false)]
    public async Task Smack_that_leaves_out_the_size_must_be_received_up_to_the_limit_of_this_side(int size, long? most, bool isTaken)
    {
        await AcceptedAsync(OfferXml(Options(S5b, Ibb), "date='2026-11-22T10:00:00Z'", size: -1), most);
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Send(File[..size]);
        if (!isTaken)
        {
            Assert.Equal(FailureReason.WrongLength, (await FailedAsync()).Reason);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
            return;
        }

        var completed = await CompletedAsync();
        Assert.Equal(size, completed.Bytes);
        Assert.Equal(File[..size], await System.IO.File.ReadAllBytesAsync(completed.Path!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Size)]
    public async Task Smack_that_leaves_out_the_size_must_be_received_in_band(int size)
    {
        await AcceptedAsync(OfferXml(Options(Ibb), size: -1));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await AnswerAsync()));
        if (size > 0)
        {
            await SendBlocksAsync(4096);
        }

        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        Assert.Equal(size, (await CompletedAsync()).Bytes);
    }

    /// <summary>Own addresses first, the same JID beside each, proxy last; no mode from three of four. The answer names the JID.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("mode='tcp'")]
    public async Task Every_peer_must_be_met_at_one_of_its_own_addresses(string mode)
    {
        await AcceptedAsync();
        Requests("s1", StreamhostsXml(mode, (Bo.ToString(), "192.0.2.1"), (Bo.ToString(), "2001:db8::1"), (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no route");
        var second = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal("2001:db8::1", second.Host.Host);
        second.Succeed(Near);

        var answer = await AnswerAsync();
        Assert.True(StreamHostUsed.TryRead(answer.Payload, out var used));
        Assert.Equal(Bo, used.Jid);
        Send(File);
        await ReceivedAsync();
    }

    /// <summary>No streamhost from QXmpp and slixmpp whose proxy discovery failed; no peer uses UDP intentionally.</summary>
    [Theory]
    [InlineData("", false, ErrorConditions.BadRequest)]
    [InlineData("mode='udp'", true, ErrorConditions.NotAcceptable)]
    public async Task Streamhosts_that_cannot_be_used_must_be_refused_and_leave_the_next_try_open(string mode, bool hasHost, string condition)
    {
        await AcceptedAsync();
        Requests("s1", hasHost ? StreamhostsXml(mode, (Relay.ToString(), "203.0.113.7")) : StreamhostsXml(mode));
        Assert.Equal(("s1", condition), Refusal(await AnswerAsync()));

        Requests("s2", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Assert.Equal(("s2", IqType.Result), Head(await AnswerAsync()));
        Send(File);
        await ReceivedAsync();
    }

    /// <summary>gloox connects to streamhosts of sessions that were never accepted; this side must not.</summary>
    [Fact]
    public async Task Streamhosts_for_a_session_that_was_never_agreed_must_not_be_dialled()
    {
        await UpAsync();
        Above.Tell(new Actors.Transfers.Transfer.SubscribeOffers(Offers.Ref), TestActor);
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));

        Assert.Equal(("s1", ErrorConditions.NotAcceptable), Refusal(await AnswerAsync()));
        await ExpectNoMessageAsync(Gate, Above);
    }

    /// <summary>libpurple goes on in-band in the same session, with blocks of 3070 bytes, and closes without need of an answer.</summary>
    [Fact]
    public async Task Purple_must_be_received_in_band_after_no_streamhost_was_reached()
    {
        await UnreachableAsync();
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await AnswerAsync()));
        await SendBlocksAsync(3070);
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        await ReceivedAsync();

        Requests("c2", CloseXml);
        Assert.Equal(("c2", ErrorConditions.ItemNotFound), Refusal(await AnswerAsync()));
    }

    [Fact]
    public async Task Slixmpp_that_only_reports_failure_must_not_hold_the_transfer()
    {
        await UnreachableAsync();
        await EnteredAsync(TransferState.Accepted);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30));
        Fails(await EndedAsync(), TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.StreamhostUnreachable);
    }

    /// <summary>All blocks at once, and the close behind them before the first answer.</summary>
    [Fact]
    public async Task Gloox_must_be_answered_block_by_block_in_order_although_it_does_not_wait()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await AnswerAsync()));
        var blocks = File.Chunk(500).ToArray();
        for (var i = 0; i < blocks.Length; i++)
        {
            Requests($"d{i}", DataXml(i, blocks[i]));
        }

        Requests("c1", CloseXml);
        for (var i = 0; i < blocks.Length; i++)
        {
            Assert.Equal(($"d{i}", IqType.Result), Head(await AnswerAsync()));
        }

        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        await ReceivedAsync();
    }

    /// <summary>XEP-0047 §2.1 lets the sender wait for the response; one that does not is received all the same.</summary>
    [Fact]
    public async Task Peer_that_sends_everything_before_the_response_to_its_open_must_be_received()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096));
        var blocks = File.Chunk(1000).ToArray();
        for (var i = 0; i < blocks.Length; i++)
        {
            Requests($"d{i}", DataXml(i, blocks[i]));
        }

        Requests("c1", CloseXml);
        foreach (var id in Enumerable.Range(0, blocks.Length).Select(i => $"d{i}").Prepend("o1").Append("c1"))
        {
            Assert.Equal((id, IqType.Result), Head(await AnswerAsync()));
        }

        await ReceivedAsync();
    }

    [Fact]
    public async Task Block_out_of_sequence_must_end_the_transfer_and_be_reported()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096, "stanza='iq'"));
        Assert.Equal(("o1", IqType.Result), Head(await AnswerAsync()));
        Requests("d1", DataXml(1, File.AsSpan(0, 100)));

        Assert.Equal(("d1", ErrorConditions.UnexpectedRequest), Refusal(await AnswerAsync()));
        Assert.Equal(TransferSide.Peer, (await FailedAsync()).Side);
        Assert.Empty(Directory.EnumerateFiles(Folder, "img*"));
    }

    /// <summary>A whole file that ends one byte short is a failure with every peer.</summary>
    [Fact]
    public async Task Stream_that_closes_early_must_be_a_failure()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await AnswerAsync()));
        Requests("d0", DataXml(0, File.AsSpan(0, 4000)));
        Assert.Equal(("d0", IqType.Result), Head(await AnswerAsync()));
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));

        Assert.Equal(FailureReason.WrongLength, (await FailedAsync()).Reason);
    }

    [Theory]
    [InlineData($"<open xmlns='{Ibb}' sid='never' block-size='4096'/>", ErrorConditions.NotAcceptable)]
    [InlineData($"<data xmlns='{Ibb}' sid='never' seq='0'>AAAA</data>", ErrorConditions.ItemNotFound)]
    [InlineData($"<close xmlns='{Ibb}' sid='never'/>", ErrorConditions.ItemNotFound)]
    public async Task In_band_requests_of_an_unknown_session_must_be_refused(string payload, string condition)
    {
        await UpAsync();
        Requests("i1", payload);
        Assert.Equal(("i1", condition), Refusal(await AnswerAsync()));
    }

    [Fact]
    public async Task Empty_file_must_be_there_when_the_connection_closes()
    {
        await AcceptedAsync(OfferXml(Options(S5b, Ibb), size: 0));
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Assert.Equal(("s1", IqType.Result), Head(await AnswerAsync()));
        Send([]);

        Assert.Equal(0, new FileInfo((await CompletedAsync()).Path!).Length);
    }

    private void Send(byte[] bytes)
    {
        var script = ScriptedSource.Create().ToMaterialized(Far.Outgoing, Keep.Left).Run(Materializer);
        if (bytes.Length > 0)
        {
            script.Send(bytes);
        }

        script.Complete();
    }
}

/// <summary>A receiver that takes small blocks only.</summary>
public sealed class SmallBlocksSpec() : ReceivingTest("in-band.max-block-size = 4096B")
{
    /// <summary>No sender that was seen tries again smaller; QXmpp and libpurple close the stream that never opened.</summary>
    [Fact]
    public async Task Qxmpp_and_purple_that_give_up_after_refused_blocks_must_not_hold_the_transfer()
    {
        await AcceptedAsync(OfferXml(Options(Namespaces.Ibb)));
        Requests("o1", OpenXml(65535));
        Assert.Equal(("o1", ErrorConditions.ResourceConstraint), Refusal(await AnswerAsync()));
        Requests("c1", CloseXml);
        Assert.Equal(("c1", ErrorConditions.ItemNotFound), Refusal(await AnswerAsync()));

        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(60));
        Assert.Equal(TransferSide.Peer, (await FailedAsync()).Side);
    }

    [Fact]
    public async Task Peer_that_tries_smaller_blocks_must_be_received()
    {
        await AcceptedAsync(OfferXml(Options(Namespaces.Ibb)));
        Requests("o1", OpenXml(65535));
        Assert.Equal("o1", Refusal(await AnswerAsync()).Id);
        Requests("o2", OpenXml(4096));
        Assert.Equal(("o2", IqType.Result), Head(await AnswerAsync()));
        await SendBlocksAsync(4096);
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await AnswerAsync()));
        await ReceivedAsync();
    }
}
