using System.IO.Pipelines;
using ActorTransfer.Cluster.Tests.Links;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>
/// Accounts whose node leaves: the domain would refuse a login while the account is logged in elsewhere. ClusterProcessSpec has accounts whose node is lost.
/// </summary>
public sealed class AccountsMoveSpec : AccountsTest
{
    private const int Rate = 2_000_000;

    private protected override string PeerHocon => $"actor-transfer.transfers.rate-per-transfer = {Rate}";

    [Fact]
    public async Task Accounts_of_a_node_that_leaves_must_move_when_their_transfers_have_ended()
    {
        var leaving = _nodes[2];
        var account = (await OnlineAsync(_nodes[0])).First(one => one.Value == AddressOf(leaving)).Key;
        var pipe = new Pipe();
        var receiving = AcceptNextAsync(Peer);
        var sent = await leaving.Transfers.SendAsync(PeerJid, pipe.Reader, new FileDescription("pipe.bin", 1000), new SendOptions(account));
        await pipe.Writer.WriteAsync(new byte[500]);
        await receiving;

        var stopping = leaving.StopAsync();
        await IsMovingAsync(account);
        receiving = AcceptNextAsync(Peer);
        var next = _nodes[0].Transfers.SendAsync(PeerJid, new FileInfo(FileOf(1000)), new SendOptions(account)); // waits for the next node
        await pipe.Writer.WriteAsync(new byte[500]);
        await pipe.Writer.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        await stopping.WaitAsync(MaxWait);
        var at = await OnlineAsync(_nodes[0]);
        Assert.DoesNotContain(AddressOf(leaving), at.Values);
        Assert.IsType<TransferOutcome.Completed>(await (await next.WaitAsync(MaxWait)).Completion.WaitAsync(MaxWait));
        await (await receiving).Completion.WaitAsync(MaxWait);
    }

    /// <summary>The node that leaves does not respond to it: the next one does.</summary>
    [Fact]
    public async Task Offer_that_arrives_while_an_account_leaves_must_be_accepted_where_it_lives_next()
    {
        var leaving = _nodes[2];
        var account = (await OnlineAsync(_nodes[0])).First(one => one.Value == AddressOf(leaving)).Key;
        var pipe = new Pipe();
        var receiving = AcceptNextAsync(Peer);
        var sent = await leaving.Transfers.SendAsync(PeerJid, pipe.Reader, new FileDescription("pipe.bin", 1), new SendOptions(account));
        await receiving;
        var accepting = _nodes.Select(node => AcceptNextAsync(node.Transfers)).ToArray();

        var stopping = leaving.StopAsync();
        await IsMovingAsync(account);
        var offered = await Peer.SendAsync(Jid.Parse($"{account}/phone"), new FileInfo(_folder.File("offered.bin", new byte[1000])));
        await InOfferAsync(offered);
        await pipe.Writer.WriteAsync(new byte[1]);
        await pipe.Writer.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await offered.Completion.WaitAsync(MaxWait));
        await stopping.WaitAsync(MaxWait);
        await (await (await Task.WhenAny(accepting[..2])).WaitAsync(MaxWait)).Completion.WaitAsync(MaxWait);
    }

    /// <summary>Its stanzas go through the node that leaves.</summary>
    [Fact]
    public async Task Pipe_that_is_offered_through_an_account_must_outlast_its_move()
    {
        var leaving = _nodes[2];
        var account = (await OnlineAsync(_nodes[0])).First(one => one.Value == AddressOf(leaving)).Key;
        var offer = NextOfferAsync(Peer);
        var pipe = new Pipe();
        var sent = await _nodes[0].Transfers.SendAsync(PeerJid, pipe.Reader, new FileDescription("pipe.bin", 1000), new SendOptions(account));
        var offered = await offer.WaitAsync(MaxWait);
        var stopping = leaving.StopAsync();
        await IsMovingAsync(account);
        var received = await offered.AcceptAsync();
        await pipe.Writer.WriteAsync(new byte[1000]);
        await pipe.Writer.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        await stopping.WaitAsync(MaxWait);
    }

    /// <summary>They run where the account lives; the node that leaves waits for them.</summary>
    [Fact]
    public async Task Transfers_of_a_node_that_leaves_must_end_on_the_nodes_of_their_accounts()
    {
        var leaving = _nodes[2];
        var account = (await OnlineAsync(_nodes[0])).First(one => one.Value != AddressOf(leaving)).Key;
        var receiving = AcceptNextAsync(Peer);
        var sent = await leaving.Transfers.SendAsync(PeerJid, new FileInfo(FileOf(Rate / 2)), new SendOptions(account));
        var received = await receiving;
        await leaving.StopAsync().WaitAsync(MaxWait);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    /// <summary>A file of the shared folder.</summary>
    private string FileOf(int size)
    {
        var path = Path.Combine(Shared, $"{size}.bin");
        File.WriteAllBytes(path, new byte[size]);
        return path;
    }

    private static async Task<IIncomingOffer> NextOfferAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>Its offer was sent.</summary>
    private static async Task InOfferAsync(ITransfer transfer)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            if (progress.State == TransferState.Offer)
            {
                return;
            }
        }
    }

    private async Task IsMovingAsync(string account)
    {
        var monitor = _nodes[0].Services.GetRequiredService<ITransferMonitor>();
        MonitorSnapshot seen;
        using var limit = new CancellationTokenSource(MaxWait);
        do
        {
            seen = await monitor.SnapshotAsync(limit.Token);
        }
        while (!seen.Cluster!.Accounts.Any(one => one.Name == account && one.IsMoving));
    }
}
