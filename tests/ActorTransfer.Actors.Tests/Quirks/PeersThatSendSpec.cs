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

    /// <summary>The order of the list is ignored: SOCKS5 is chosen, as one value and without a range, because no peer offers one.</summary>
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

    /// <summary>Only QXmpp offers an MD5.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_must_be_kept_only_when_the_hash_of_qxmpp_matches(bool isRight)
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

    /// <summary>Spark 2.6.3 and Smack 4.4 omit the size of an empty file; bytes are accepted up to the limit of this side.</summary>
    [Theory]
    [InlineData(0, null, true)]
    [InlineData(Size, null, true)]
    [InlineData(Size, (long)Size, true)]
    [InlineData(Size, Size - 1L, false)]
    public async Task File_of_smack_without_a_size_must_be_received_up_to_the_limit_of_this_side(int size, long? most, bool isTaken)
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
    public async Task File_of_smack_without_a_size_must_be_received_in_band(int size)
    {
        await AcceptedAsync(OfferXml(Options(Ibb), size: -1));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
        if (size > 0)
        {
            await SendBlocksAsync(4096);
        }

        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
        Assert.Equal(size, (await CompletedAsync()).Bytes);
    }

    /// <summary>Own addresses first, each with the same JID, the proxy last; three of four omit the mode. The response contains the JID.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("mode='tcp'")]
    public async Task Own_addresses_of_every_peer_must_be_tried(string mode)
    {
        await AcceptedAsync();
        Requests("s1", StreamhostsXml(mode, (Bo.ToString(), "192.0.2.1"), (Bo.ToString(), "2001:db8::1"), (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no route");
        var second = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal("2001:db8::1", second.Host.Host);
        second.Succeed(Near);

        var answer = await ResponseAsync();
        Assert.True(StreamHostUsed.TryRead(answer.Payload, out var used));
        Assert.Equal(Bo, used.Jid);
        Send(File);
        await ReceivedAsync();
    }

    /// <summary>No streamhost from QXmpp and slixmpp whose proxy discovery failed; no peer uses UDP intentionally.</summary>
    [Theory]
    [InlineData("", false, ErrorConditions.BadRequest)]
    [InlineData("mode='udp'", true, ErrorConditions.NotAcceptable)]
    public async Task Unusable_streamhosts_must_be_refused_and_the_next_ones_accepted(string mode, bool hasHost, string condition)
    {
        await AcceptedAsync();
        Requests("s1", hasHost ? StreamhostsXml(mode, (Relay.ToString(), "203.0.113.7")) : StreamhostsXml(mode));
        Assert.Equal(("s1", condition), Refusal(await ResponseAsync()));

        Requests("s2", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Assert.Equal(("s2", IqType.Result), Head(await ResponseAsync()));
        Send(File);
        await ReceivedAsync();
    }

    /// <summary>gloox connects to streamhosts of sessions that were never accepted; this side must not.</summary>
    [Fact]
    public async Task Streamhosts_of_an_unknown_session_must_not_be_connected_to()
    {
        await UpAsync();
        Above.Tell(new Actors.Transfers.Transfer.SubscribeOffers(Offers.Ref), TestActor);
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));

        Assert.Equal(("s1", ErrorConditions.NotAcceptable), Refusal(await ResponseAsync()));
        await ExpectNoMessageAsync(Gate, Above);
    }

    /// <summary>libpurple continues in-band in the same session, with blocks of 3070 bytes, and does not wait for the response to its close.</summary>
    [Fact]
    public async Task File_of_purple_must_be_received_in_band_after_no_streamhost_was_reached()
    {
        await UnreachableAsync();
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
        await SendBlocksAsync(3070);
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
        await ReceivedAsync();

        Requests("c2", CloseXml);
        Assert.Equal(("c2", ErrorConditions.ItemNotFound), Refusal(await ResponseAsync()));
    }

    [Fact]
    public async Task Slixmpp_that_does_not_fall_back_must_not_block_the_transfer()
    {
        await UnreachableAsync();
        await EnteredAsync(TransferState.Accepted);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30));
        Fails(await EndedAsync(), TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.StreamhostUnreachable);
    }

    /// <summary>All blocks at once, followed by the close before the first response.</summary>
    [Fact]
    public async Task Blocks_of_gloox_must_be_acknowledged_in_order_although_it_does_not_wait()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
        var blocks = File.Chunk(500).ToArray();
        for (var i = 0; i < blocks.Length; i++)
        {
            Requests($"d{i}", DataXml(i, blocks[i]));
        }

        Requests("c1", CloseXml);
        for (var i = 0; i < blocks.Length; i++)
        {
            Assert.Equal(($"d{i}", IqType.Result), Head(await ResponseAsync()));
        }

        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));
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
            Assert.Equal((id, IqType.Result), Head(await ResponseAsync()));
        }

        await ReceivedAsync();
    }

    [Fact]
    public async Task Block_with_a_wrong_sequence_number_must_fail_the_transfer()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096, "stanza='iq'"));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
        Requests("d1", DataXml(1, File.AsSpan(0, 100)));

        Assert.Equal(("d1", ErrorConditions.UnexpectedRequest), Refusal(await ResponseAsync()));
        Assert.Equal(TransferSide.Peer, (await FailedAsync()).Side);
        Assert.Empty(Directory.EnumerateFiles(Folder, "img*"));
    }

    /// <summary>A file that ends one byte early is a failure with every peer.</summary>
    [Fact]
    public async Task Stream_that_closes_early_must_fail_the_transfer()
    {
        await AcceptedAsync(OfferXml(Options(Ibb)));
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
        Requests("d0", DataXml(0, File.AsSpan(0, 4000)));
        Assert.Equal(("d0", IqType.Result), Head(await ResponseAsync()));
        Requests("c1", CloseXml);
        Assert.Equal(("c1", IqType.Result), Head(await ResponseAsync()));

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
        Assert.Equal(("i1", condition), Refusal(await ResponseAsync()));
    }

    [Fact]
    public async Task Empty_file_must_be_complete_when_the_connection_closes()
    {
        await AcceptedAsync(OfferXml(Options(S5b, Ibb), size: 0));
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Assert.Equal(("s1", IqType.Result), Head(await ResponseAsync()));
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
