using System.Security.Cryptography;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Tests.Proxies;

/// <summary>Addresses and activations of a farm, its limits over all nodes, and what happens when nodes drain or stop.</summary>
public sealed class FarmSpec() : FarmTest("actor-transfer.proxy { max-pairs = 3, max-pairs-per-jid = 4, activation-hold = 100ms }")
{
    [Fact]
    public async Task Address_must_be_that_of_two_nodes_each_with_its_own_jid()
    {
        var nodes = new[] { await HostOfAsync(0), await HostOfAsync(1), await HostOfAsync(2) };
        var announced = await AddressesAsync();
        Assert.Equal(2, announced.Count);
        Assert.Equal(2, announced.Intersect(nodes).Count());
        await ActivatedAsync(1);
        var idle = nodes.Where((_, node) => node != 1).ToHashSet();
        await UntilAsync(AddressesAsync, hosts => idle.SetEquals(hosts));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Activation_must_reach_the_node_at_its_jid_and_at_the_jid_of_all(int node)
    {
        var host = await HostOfAsync(node);
        await (await ActivatedAsync(node)).ExpectRelayedAsync();
        foreach (var jid in new[] { Proxy, Proxy.WithResource("nobody") })
        {
            var pair = await ConnectAsync(host);
            Assert.IsType<Answer.Result>(await ActivateAsync(pair, jid));
            await pair.ExpectRelayedAsync();
        }
    }

    [Fact]
    public async Task Activation_at_another_node_or_of_no_pair_must_be_refused()
    {
        var pair = await ConnectAsync(await HostOfAsync(1));
        Assert.Equal(ErrorConditions.ItemNotFound, await RefusedAsync(pair, (await HostOfAsync(2)).Jid));
        Assert.Equal(ErrorConditions.ItemNotFound, await RefusedAsync(pair with { SessionId = "other" }, Proxy));
        Assert.IsType<Answer.Result>(await ActivateAsync(pair, Proxy));
        Assert.Equal(ErrorConditions.Conflict, await RefusedAsync(pair, Proxy));
    }

    [Fact]
    public async Task Limit_of_a_user_must_count_the_pairs_of_all_nodes_also_after_the_hub_has_moved()
    {
        var third = await HostOfAsync(2);
        FarmPair[] pairs = [await ActivatedAsync(1), await ActivatedAsync(1), await ActivatedAsync(2), await ActivatedAsync(2)];
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusedAsync(await ConnectAsync(third), third.Jid));
        pairs[0].Close();
        var more = await ConnectAsync(await HostOfAsync(1));
        await UntilAsync(() => ActivateAsync(more, Proxy), answer => answer is Answer.Result);

        await Nodes[0].StopAsync();
        foreach (var pair in pairs[1..])
        {
            await pair.ExpectRelayedAsync();
        }

        await UntilAsync(() => ActivateAsync(more, Proxy), answer => answer is Answer.Error { Stanza.Condition: ErrorConditions.ResourceConstraint });
        pairs[1].Close();
        await UntilAsync(() => ActivateAsync(more, Proxy), answer => answer is Answer.Error { Stanza.Condition: ErrorConditions.Conflict });
        await more.ExpectRelayedAsync();
    }

    [Fact]
    public async Task Node_that_drains_must_finish_its_pairs_and_not_be_announced()
    {
        var pair = await ActivatedAsync(1);
        var drained = ProxyOf(Nodes[1]).DrainAsync(Proxy);
        var draining = await HostOfAsync(1);
        await UntilAsync(AddressesAsync, hosts => !hosts.Contains(draining));
        await pair.ExpectRelayedAsync();
        Assert.False(drained.IsCompleted);
        var others = new[] { ProxyOf(Nodes[0]).DrainAsync(Proxy), ProxyOf(Nodes[2]).DrainAsync(Proxy) };
        await Task.WhenAll(others).WaitAsync(MaxWait);
        Assert.Equal(ErrorConditions.ResourceConstraint, await AddressRefusedAsync());
        pair.Close();
        await drained.WaitAsync(MaxWait);
    }

    [Fact]
    public async Task Full_nodes_must_not_be_announced()
    {
        for (var node = 0; node < 3; node++)
        {
            var host = await HostOfAsync(node);
            for (var number = 0; number < 3; number++)
            {
                await ConnectAsync(host);
            }
        }

        Assert.Equal(ErrorConditions.ResourceConstraint, await AddressRefusedAsync());
    }

    [Fact]
    public async Task Node_that_has_stopped_must_not_be_announced_and_its_jid_must_have_no_pairs()
    {
        var host = await HostOfAsync(2);
        var pair = await ConnectAsync(host);
        await Nodes[2].StopAsync();
        await UntilAsync(AddressesAsync, hosts => !hosts.Contains(host));
        Assert.Equal(ErrorConditions.ItemNotFound, await RefusedAsync(pair, host.Jid));
    }

    [Fact]
    public async Task Users_must_send_a_file_through_a_node()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await using var offers = Transfers.IncomingAsync().GetAsyncEnumerator();
        var next = offers.MoveNextAsync().AsTask();
        var sent = await Transfers.SendAsync(
            Target, new FileInfo(Folder.File("a.bin", bytes)), new SendOptions { Account = User.Local, Methods = StreamMethods.Proxy });
        Assert.True(await next.WaitAsync(MaxWait));
        var received = await offers.Current.AcceptAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        var path = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait)).Path!;
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        var counts = await Task.WhenAll(Nodes.Select(node => ProxyOf(node).StatusAsync(Proxy)));
        Assert.Equal(1, counts.Sum(status => status.SetUps));
    }
}
