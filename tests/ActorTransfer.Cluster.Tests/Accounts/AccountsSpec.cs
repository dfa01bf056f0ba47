using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>Accounts of a cluster: where they live, and sending through them from any node.</summary>
public sealed class AccountsSpec : AccountsTest
{
    /// <summary>Bytes of a second that the peer reads of one transfer.</summary>
    private const int Rate = 40_000_000;

    private protected override string PeerHocon => $"actor-transfer.transfers.rate-per-transfer = {Rate}";

    [Fact]
    public async Task Each_account_must_live_on_one_node_and_all_nodes_must_agree()
    {
        var seen = new List<Dictionary<string, string>>();
        foreach (var node in _nodes)
        {
            seen.Add(await OnlineAsync(node));
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(seen[0], seen[2]);
        Assert.True(seen[0].Values.Distinct().Count() > 1, "all accounts are on one node");
        var counts = await _nodes[1].Accounts.CountAsync();
        Assert.Equal(seen[0].CountBy(account => account.Value).ToDictionary(), counts.Where(node => node.Value > 0).ToDictionary());
    }

    [Fact]
    public async Task File_of_a_shared_folder_must_be_sent_where_the_account_lives()
    {
        var account = await AwayFromAsync(_nodes[0]);
        await Task.WhenAll(_nodes.Select(SnapshotAsync)); // from now on they count
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        File.WriteAllBytes(Path.Combine(Shared, "a.bin"), bytes);
        var receiving = AcceptNextAsync(Peer);
        var sent = await _nodes[0].Transfers.SendAsync(PeerJid, new FileInfo(Path.Combine(Shared, "a.bin")), new SendOptions(account));
        var home = NodeAt((await _nodes[0].Accounts.LocateAsync(account))!.Node);
        var done = Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((300_000, Convert.ToHexStringLower(SHA256.HashData(bytes)), StreamMethod.Proxy), (done.Bytes, done.Sha256, done.Method));
        Assert.Equal(StreamMethod.Proxy, sent.Method?.Method);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await (await receiving.WaitAsync(MaxWait)).Completion.WaitAsync(MaxWait));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
        Assert.Equal(1, (await SnapshotAsync(home)).Totals.Completed);
        Assert.Equal(0, (await SnapshotAsync(_nodes[0])).Totals.Completed);
    }

    [Fact]
    public async Task Named_content_must_be_opened_where_the_account_lives()
    {
        var account = await AwayFromAsync(_nodes[0]);
        File.WriteAllBytes(Path.Combine(Shared, "b.bin"), new byte[1000]);
        var receiving = AcceptNextAsync(Peer);
        var sent = await _nodes[0].Transfers.SendAsync(PeerJid, new NamedContent("b.bin", new FileDescription("b.bin", 1000)), new SendOptions(account));
        Assert.Equal(1000, Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait)).Bytes);
        await (await receiving.WaitAsync(MaxWait)).Completion.WaitAsync(MaxWait);

        var missing = await _nodes[0].Transfers.SendAsync(PeerJid, new NamedContent("none", new FileDescription("none", 1)), new SendOptions(account));
        Assert.Equal(FailureReason.FileUnreadable, Assert.IsType<TransferOutcome.Failed>(await missing.Completion.WaitAsync(MaxWait)).Reason);
    }

    [Theory]
    [InlineData(StreamMethods.All)]
    [InlineData(StreamMethods.InBand)]
    public async Task Local_pipe_must_be_sent_from_here_through_an_account_that_lives_elsewhere(StreamMethods methods)
    {
        var account = await AwayFromAsync(_nodes[0]);
        await Task.WhenAll(_nodes.Select(SnapshotAsync)); // from now on they count
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var receiving = AcceptNextAsync(Peer);
        var pipe = new Pipe();
        var sent = await _nodes[0].Transfers.SendAsync(
            PeerJid, pipe.Reader, new FileDescription("pipe.bin", bytes.Length), new SendOptions(account) { Methods = methods });
        await pipe.Writer.WriteAsync(bytes);
        await pipe.Writer.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        var received = await receiving.WaitAsync(MaxWait);
        Assert.Equal(account, received.Peer.Bare.ToString());
        var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
        Assert.Equal(1, (await SnapshotAsync(_nodes[0])).Totals.Completed);
    }

    [Fact]
    public async Task Progress_pause_and_cancel_must_reach_the_transfer_on_the_other_node()
    {
        var account = await AwayFromAsync(_nodes[0]);
        var sent = await SendAsync(account, "large.bin", 1_000_000_000);
        var streaming = await ProgressAsync(sent, progress => progress.Bytes > 0);
        Assert.Equal((1_000_000_000, false), (streaming.Total, streaming.IsPaused));

        await sent.PauseAsync().WaitAsync(MaxWait);
        var last = streaming.Bytes;
        long? paused = null;
        var resumed = ProgressAsync(sent, progress =>
        {
            last = progress.Bytes;
            return !progress.IsPaused && last > paused;
        });
        await SendOtherAsync(account); // meanwhile the last progress before the pause arrives
        paused = last;
        await SendOtherAsync(account);
        Assert.Equal(paused, last);

        await sent.ResumeAsync().WaitAsync(MaxWait);
        await resumed;
        var outcome = Assert.IsType<TransferOutcome.Cancelled>(await sent.CancelAsync().WaitAsync(MaxWait));
        Assert.Equal(TransferSide.Local, outcome.By);
    }

    [Fact]
    public async Task Offer_must_arrive_where_the_account_lives()
    {
        var at = await OnlineAsync(_nodes[0]);
        var readings = _nodes.Select(node => AcceptNextAsync(node.Transfers)).ToArray();
        var path = _folder.File("c.bin", new byte[5000]);
        var sent = await Peer.SendAsync(Jid.Parse($"{NameOf(3)}/phone"), new FileInfo(path));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.True(readings[_nodes.IndexOf(NodeAt(at[NameOf(3)]))].IsCompletedSuccessfully);
        Assert.Equal(1, readings.Count(reading => reading.IsCompleted));
    }

    [Fact]
    public async Task Account_that_is_not_in_the_directory_must_be_an_error()
    {
        Assert.Null(await _nodes[1].Accounts.LocateAsync("nobody@local.test").WaitAsync(MaxWait));
        var sent = await _nodes[1].Transfers.SendAsync(PeerJid, new MemoryStream([1]), new FileDescription("a", 1), new SendOptions("nobody@local.test"));
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(FailureReason.LinkLost, failed.Reason);
        Assert.Contains("no connection named nobody@local.test", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_of_the_directory_must_be_followed()
    {
        Directory.Accounts["new@local.test"] = Account("new");
        await OnlineAsync(_nodes[2], "new@local.test"); // also without this call, see AccountsReadAgain
        Directory.Accounts.TryRemove(NameOf(1), out _);
        Assert.Null(await _nodes[2].Accounts.ReloadAsync(NameOf(1)).WaitAsync(MaxWait));
        Assert.True(_domain.TryAttach(Jid.Parse($"{NameOf(1)}/phone"), Akka.Actor.ActorRefs.Nobody));
    }

    [Fact]
    public async Task Watching_an_account_of_another_node_must_say_where_it_lives()
    {
        var account = await AwayFromAsync(_nodes[0]);
        var node = (await _nodes[0].Accounts.LocateAsync(account))!.Node;
        var accounts = _nodes[0].Services.GetRequiredService<IAccounts>();
        var refused = await Assert.ThrowsAsync<EngineException>(() => accounts.ReconnectAsync(account));
        Assert.Contains(node, refused.Message, StringComparison.Ordinal);
        Assert.IsType<AccountStatus.Online>(await NodeAt(node).Services.GetRequiredService<IAccounts>().ReconnectAsync(account));
    }

    /// <summary>As by a node that was frozen and does not know yet that it was removed.</summary>
    [Fact]
    public async Task Account_that_another_session_has_replaced_must_be_taken_back()
    {
        var home = NodeAt((await OnlineAsync(_nodes[0]))[NameOf(2)]);
        var connection = EngineTable.Find(home.System, Engine.Name).Lifetime.Current!.Connections[NameOf(2)];
        var link = await home.System.ActorSelection(connection.Path / "*").ResolveOne(MaxWait);
        connection.Tell(new StanzaLink.Closed("replaced", ForGood: true) { Fault = LinkFault.Conflict }, link);
        AccountLocation? location;
        do
        {
            location = await _nodes[0].Accounts.LocateAsync(NameOf(2)).WaitAsync(MaxWait);
        }
        while (location!.Status is not AccountStatus.Offline { Fault: LinkFault.Conflict });
        await OnlineAsync(_nodes[0], NameOf(2));
    }

    /// <summary>Sends a file of the shared folder from the first node; the peer accepts it.</summary>
    private async Task<ITransfer> SendAsync(string account, string name, long size)
    {
        var path = Path.Combine(Shared, name);
        using (var file = File.Create(path))
        {
            file.SetLength(size);
        }

        var receiving = AcceptNextAsync(Peer);
        var sent = await _nodes[0].Transfers.SendAsync(PeerJid, new FileInfo(path), new SendOptions(account));
        await receiving.WaitAsync(MaxWait);
        return sent;
    }

    /// <summary>Sends another file, which takes half a second: longer than two reports of progress are apart.</summary>
    private async Task SendOtherAsync(string account)
    {
        var other = await SendAsync(account, "other.bin", Rate / 2);
        Assert.IsType<TransferOutcome.Completed>(await other.Completion.WaitAsync(MaxWait));
    }

    /// <summary>The first progress from now on that is as expected.</summary>
    private static async Task<TransferProgress> ProgressAsync(ITransfer transfer, Func<TransferProgress, bool> isExpected)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var progress in transfer.ProgressAsync(limit.Token))
        {
            if (isExpected(progress))
            {
                return progress;
            }
        }

        throw new InvalidOperationException("The transfer has ended.");
    }

    private static Task<MonitorSnapshot> SnapshotAsync(ClusterHost node) => node.Services.GetRequiredService<ITransferMonitor>().SnapshotAsync();
}
