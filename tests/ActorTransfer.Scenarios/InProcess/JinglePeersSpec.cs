using System.Security.Cryptography;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The engine against peers that behave unlike itself. Numbers are those of the table of peers' behaviour.</summary>
public sealed class JinglePeersSpec
{
    private const int Size = 600_000;
    private const string Received = "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'/>";
    private const string Hocon = LocalDomainHost.Direct + "\nactor-transfer { files.checkpoint = 128KiB, progress-interval = 10ms }";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Case_23_sender_must_start_at_the_requested_offset_and_tell_the_hash_of_the_whole_file()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host) { Engine = LocalDomainHost.Sender };
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var sent = await SendAsync(host, raw, bytes);
        await raw.AcceptOfferAsync($"<name>a</name><size>{Size}</size><range offset='100000'/>");
        var (socket, _) = await raw.ConnectedAsync();
        using var connection = socket;
        Assert.Equal(bytes[100_000..], await socket.ReadToEndAsync().WaitAsync(MaxWait));
        socket.Dispose(); // the sender waits for it
        var checksum = Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read((await raw.NextAsync(JingleAction.SessionInfo)).Info));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), checksum.Hashes.Strongest!.Hex);
        await raw.SendInfoAsync(Received);
        await raw.TerminateAsync(JingleCondition.Success);
        var completed = Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((Size - 100_000L, Delivery.Confirmed), (completed.Bytes, completed.Delivery));
    }

    /// <summary>Psi's listener knows the initiator first only.</summary>
    [Fact]
    public async Task Case_25_refused_direct_candidate_must_be_asked_for_the_other_order()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host) { Engine = LocalDomainHost.Sender };
        var sent = await SendAsync(host, raw, new byte[1000]);
        await raw.AcceptOfferAsync("<name>a</name><size>1000</size>");
        var initiatorFirst = new CandidateDestinations(raw.Tsid, LocalDomainHost.Sender, raw.Self, JingleRole.Initiator).Own.Hex;
        var (socket, asked) = await raw.ConnectedAsync(grants: hash => hash == initiatorFirst);
        using var connection = socket;
        var offererFirst = new CandidateDestinations(raw.Tsid, raw.Self, LocalDomainHost.Sender, JingleRole.Responder).Own.Hex;
        Assert.Equal([offererFirst, initiatorFirst], asked);
        Assert.Equal(1000, (await socket.ReadToEndAsync().WaitAsync(MaxWait)).Length);
        socket.Dispose(); // the sender waits for it
        await raw.TerminateAsync(JingleCondition.Success);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    /// <summary>Case 24: the engine restarts meanwhile; the peer sends the rest, or ignores the range (Libervia).</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Case_24_rest_of_a_partial_file_must_be_requested_after_a_restart(bool honoursRange)
    {
        using var folder = new TemporaryFolder();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        await using (var host = await LocalDomainHost.StartAsync(Hocon, options => options.DownloadTo(folder.Path)))
        {
            using var raw = new RawJinglePeer(host);
            var (received, _) = await OfferAsync(host, raw, RawJinglePeer.Offered, raw.Socks5);
            var (socket, _) = await raw.ConnectedAsync();
            await socket.WriteAsync(bytes[..450_000]);
            await foreach (var progress in received.ProgressAsync())
            {
                if (progress.Bytes >= 450_000)
                {
                    break;
                }
            }

            socket.Dispose();
            await raw.TerminateAsync(JingleCondition.Cancel);
            Assert.IsType<TransferOutcome.Cancelled>(await received.Completion.WaitAsync(MaxWait));
        }

        await using (var host = await LocalDomainHost.StartAsync(Hocon, options => options.DownloadTo(folder.Path)))
        {
            using var raw = new RawJinglePeer(host);
            var (received, accept) = await OfferAsync(host, raw, RawJinglePeer.Offered, raw.Socks5);
            var offset = (int)JingleFile.Read(accept.Contents[0].Description)!.Range!.Value.Offset;
            Assert.InRange(offset, 128 * 1024, 450_000);
            var (socket, _) = await raw.ConnectedAsync();
            using var connection = socket;
            await raw.SendInfoAsync(Checksum("sha-256", SHA256.HashData(bytes)));
            await socket.WriteAsync(honoursRange ? bytes[offset..] : bytes);
            await CompletesAsync(raw, received, bytes);
        }
    }

    [Theory]
    [InlineData("sha-512", true, null)]
    [InlineData("sha-512", false, FailureReason.WrongHash)]
    [InlineData("blake2b-512", false, FailureReason.WrongHash)]
    [InlineData("md5", true, null)]
    [InlineData("md5", false, FailureReason.WrongHash)]
    public async Task Announced_hash_of_any_function_must_be_compared(string name, bool isRight, FailureReason? failure)
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var (received, _) = await OfferAsync(
            host, raw, $"<name>a</name><size>1000</size><hash-used xmlns='urn:xmpp:hashes:2' algo='{name}'/>", raw.Socks5);
        var (socket, _) = await raw.ConnectedAsync();
        using var connection = socket;
        await socket.WriteAsync(bytes);
        var value = !isRight ? new byte[HashFunction.Find(name)!.Length] : CryptographicOperations.HashData(HashFunction.Find(name)!.Algorithm!.Value, bytes);
        await raw.SendInfoAsync(Checksum(name, value));
        if (failure is null)
        {
            await CompletesAsync(raw, received, bytes);
            return;
        }

        Assert.Equal(JingleCondition.MediaError, (await raw.NextAsync(JingleAction.SessionTerminate)).Reason!.Condition);
        Assert.Equal(failure, Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait)).Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(host.Folder));
    }

    /// <summary>Case 10.</summary>
    [Theory]
    [InlineData(1001, JingleCondition.MediaError)]
    [InlineData(999, JingleCondition.FailedTransport)]
    public async Task Case_10_wrong_number_of_bytes_must_be_told(int count, object condition)
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host);
        var (received, _) = await OfferAsync(host, raw, "<name>a</name><size>1000</size>", raw.Socks5);
        var (socket, _) = await raw.ConnectedAsync();
        await socket.WriteAsync(new byte[count]);
        socket.Dispose();
        var reason = (await raw.NextAsync(JingleAction.SessionTerminate)).Reason!;
        Assert.Equal(condition, reason.Condition);
        Assert.Equal(count > 1000 ? null : "Only 999 of the announced 1000 bytes arrived.", count > 1000 ? null : reason.Text);
        Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));
    }

    /// <summary>Conversations does not close; Gajim and Libervia do not obey the block size.</summary>
    [Fact]
    public async Task Cases_48_and_49_in_band_bytestream_without_an_end_and_with_larger_blocks_must_be_received()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host);
        var bytes = RandomNumberGenerator.GetBytes(2 * 8192);
        var (received, accept) = await OfferAsync(host, raw, $"<name>a</name><size>{bytes.Length}</size>", InBand(8192));
        Assert.Equal("4096", accept.Contents[0].Transport!["block-size"]);
        Assert.Equal(IqType.Result, (await raw.AskAsync(new IbbOpen(raw.Tsid, 4096).ToXml())).Type);
        for (var block = 0; block < 2; block++)
        {
            var base64 = Convert.ToBase64String(bytes.AsSpan(block * 8192, 8192));
            Assert.Equal(IqType.Result, (await raw.AskAsync(IbbData.ToXml(raw.Tsid, (ushort)block, base64))).Type);
        }

        await CompletesAsync(raw, received, bytes);
    }

    /// <summary>XIFF has one id for everything; a Jingle client may do the same.</summary>
    [Fact]
    public async Task Ids_of_an_ended_session_must_be_usable_again()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host);
        for (var at = 0; at < 2; at++)
        {
            var bytes = RandomNumberGenerator.GetBytes(4096);
            var (received, _) = await OfferAsync(host, raw, $"<name>a</name><size>{bytes.Length}</size>", InBand(4096));
            Assert.Equal(IqType.Result, (await raw.AskAsync(new IbbOpen(raw.Tsid, 4096).ToXml())).Type);
            Assert.Equal(IqType.Result, (await raw.AskAsync(IbbData.ToXml(raw.Tsid, 0, Convert.ToBase64String(bytes)))).Type);
            await CompletesAsync(raw, received, bytes);
        }
    }

    [Fact]
    public async Task Case_41_stranger_must_not_touch_the_session()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host);
        using var stranger = new RawJinglePeer(host, Jid.Parse("stranger@local.test/x"));
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var (received, _) = await OfferAsync(host, raw, "<name>a</name><size>1000</size>", raw.Socks5);
        var (socket, _) = await raw.ConnectedAsync();
        using var connection = socket;
        foreach (var action in new[] { JingleAction.TransportInfo, JingleAction.TransportReplace, JingleAction.ContentRemove, JingleAction.SessionAccept })
        {
            Assert.Equal("unknown-session", await stranger.AskAsync(action, "<content creator='initiator' name='file'/>"));
        }

        Assert.Equal("unknown-session", await stranger.AskAsync(JingleAction.SessionTerminate, "<reason><success/></reason>"));
        Assert.Equal("unknown-session", await stranger.AskAsync(JingleAction.SessionInfo, ""));
        Assert.NotNull((await stranger.AskAsync(new IbbOpen(raw.Tsid, 4096).ToXml())).Error);
        await socket.WriteAsync(bytes);
        await CompletesAsync(raw, received, bytes);
    }

    [Fact]
    public async Task Session_id_of_the_engine_must_not_be_used_for_another_session()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon);
        using var raw = new RawJinglePeer(host) { Engine = LocalDomainHost.Sender };
        var sent = await SendAsync(host, raw, new byte[1000]);
        raw.Sid = (await raw.NextAsync(JingleAction.SessionInitiate)).SessionId;
        var content = $"<content creator='initiator' name='a'>{RawJinglePeer.Describe("<name>a</name><size>1</size>")}{raw.Socks5}</content>";
        Assert.Equal(ErrorConditions.Conflict, await raw.AskAsync(JingleAction.SessionInitiate, content));
        await raw.TerminateAsync(JingleCondition.Decline);
        Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
    }

    /// <summary>Two contents, and a file that is larger than allowed: acknowledged, then ended with the reason.</summary>
    [Fact]
    public async Task Case_53_and_limits_must_end_the_session_with_the_reason()
    {
        await using var host = await LocalDomainHost.StartAsync(Hocon + "\nactor-transfer.files.max-size = 1000B");
        using var raw = new RawJinglePeer(host);
        var content = $"{RawJinglePeer.Describe("<name>a</name><size>1000</size>")}{raw.Socks5}</content>";
        Assert.Equal("result", await raw.AskAsync(
            JingleAction.SessionInitiate, $"<content creator='initiator' name='a'>{content}<content creator='initiator' name='b'>{content}"));
        var reason = (await raw.NextAsync(JingleAction.SessionTerminate)).Reason!;
        Assert.Equal((JingleCondition.Decline, "One file per session."), (reason.Condition, reason.Text));

        raw.Sid = "second";
        await raw.SendAsync(JingleAction.SessionInitiate, RawJinglePeer.Describe("<name>a</name><size>1001</size>") + raw.Socks5);
        Assert.True(FileErrors.IsTooLarge((await raw.NextAsync(JingleAction.SessionTerminate)).Reason!));
    }

    private static string InBand(int blockSize) =>
        $"<transport xmlns='{Namespaces.JingleIbb}' sid='{RawJinglePeer.TransportId}' block-size='{blockSize}'/>";

    private static string Checksum(string name, byte[] value) =>
        $"<checksum xmlns='{Namespaces.JingleFileTransfer}'><file>{new FileHash(HashFunction.Find(name)!, Convert.ToHexStringLower(value)).ToXml()}</file></checksum>";

    private static async Task<(ITransfer Received, JingleRequest Accept)> OfferAsync(LocalDomainHost host, RawJinglePeer raw, string file, string transport)
    {
        var accepting = host.AcceptNextAsync();
        await raw.SendAsync(JingleAction.SessionInitiate, RawJinglePeer.Describe(file) + transport);
        var received = await accepting.WaitAsync(MaxWait);
        return (received, await raw.NextAsync(JingleAction.SessionAccept));
    }

    private static async Task CompletesAsync(RawJinglePeer raw, ITransfer received, byte[] bytes)
    {
        var completed = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(completed.Path!));
        Assert.IsType<FileInfoPayload.Received>(FileInfoPayload.Read((await raw.NextAsync(JingleAction.SessionInfo)).Info));
        Assert.Equal(JingleCondition.Success, (await raw.NextAsync(JingleAction.SessionTerminate)).Reason!.Condition);
    }

    private static async Task<ITransfer> SendAsync(LocalDomainHost host, RawJinglePeer raw, byte[] bytes)
    {
        var original = Path.Combine(host.Folder, "original.bin");
        await File.WriteAllBytesAsync(original, bytes);
        return await host.Transfers.SendAsync(
            raw.Self, new FileInfo(original), new SendOptions("iphone") { Methods = StreamMethods.Socks5, Signalling = Signalling.Jingle });
    }
}
