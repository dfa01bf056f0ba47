using System.Diagnostics;
using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing.Time;
using Xunit.Abstractions;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>A component of three nodes, each in a process of its own, behind a Prosody on loopback.</summary>
public sealed class ClusterProcessSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan s_takeOver = TimeSpan.FromSeconds(15);

    /// <summary>Of a node that was removed: until it has noticed, and its transfers have ended or were cancelled.</summary>
    private static readonly TimeSpan s_giveUp = TimeSpan.FromSeconds(40);

    [ProsodyFact]
    public async Task Rolling_restart_must_fail_no_transfer()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var load = new PeerLoad(cluster.Peer, TestCluster.Files, cluster.FileOf(cluster.Content), senders: 6);
        await cluster.AllReceiveAsync();
        cluster.Nodes.ForEach(cluster.Send);
        foreach (var node in cluster.Nodes.ToArray())
        {
            await node.StopAsync();
            cluster.Send(await cluster.StartNodeAsync());
            await cluster.AllReceiveAsync();
        }

        await load.StopAsync();
        foreach (var node in cluster.Nodes.Where(node => !node.HasExited))
        {
            await node.StopAsync();
        }

        Report($"rolling restart: {load.Completed} to the cluster, {cluster.PeerGot.Count} from it, {load.Failed.Count} failed");
        Assert.Empty(load.Failed);
        Assert.All(cluster.Nodes.SelectMany(node => node.Values("received")), hash => Assert.Equal(cluster.Sha256, hash));
        Assert.All(cluster.Nodes.SelectMany(node => node.Values("sent")), hash => Assert.Equal(cluster.Sha256, hash));
        Assert.All(cluster.PeerGot, hash => Assert.Equal(cluster.Sha256, hash));
        Assert.Equal(load.Completed, cluster.Nodes.Sum(node => node.Values("received").Count));
    }

    [ProsodyFact]
    public async Task Killed_node_must_be_replaced_and_transfers_of_others_must_go_on()
    {
        for (var left = TestCluster.Repetitions; left > 0; left--)
        {
            await KillAsync();
        }
    }

    [ProsodyFact]
    public async Task Frozen_node_must_do_no_harm_when_it_comes_back()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var load = new PeerLoad(cluster.Peer, TestCluster.Files, cluster.FileOf(cluster.Content), senders: 3);
        await cluster.AllReceiveAsync();
        var frozen = Stopwatch.GetTimestamp();
        cluster.Nodes[0].Freeze();
        await Eventually.HoldsAsync(() => load.Ended.Any(one => one.Began > frozen && one.Outcome is TransferOutcome.Completed), () => "No transfer has completed.");
        var thawed = Stopwatch.GetTimestamp();
        cluster.Nodes[0].Thaw();
        await cluster.Nodes[0].ExitAsync(s_giveUp);
        var completed = load.Completed;
        await Eventually.HoldsAsync(() => load.Completed > completed + 10, () => "No transfers complete after the node has come back.");
        await load.StopAsync();
        var late = load.Ended.Where(one => one.Began > thawed).Select(one => one.Outcome).ToList();
        Report($"freeze: {load.Completed} completed, {load.Failed.Count} failed, {late.Count(one => one is not TransferOutcome.Completed)} since it came back");
        Assert.All(late, outcome => Assert.IsType<TransferOutcome.Completed>(outcome));
    }

    /// <summary>The oldest node has the connection, and is alone on its side.</summary>
    [ProsodyFact]
    public async Task Minority_of_a_split_must_give_up_its_connection()
    {
        await using var cluster = await TestCluster.StartAsync("akka.remote.dot-netty.tcp.applied-adapters = [\"trttl\"]");
        await using var load = new PeerLoad(cluster.Peer, TestCluster.Files, cluster.FileOf(cluster.Content), senders: 3);
        await cluster.AllReceiveAsync();
        var others = await Task.WhenAll(cluster.Nodes.Skip(1).Select(node => node.ReadyAsync()));
        var cut = Stopwatch.GetTimestamp();
        cluster.Nodes[0].Tell($"cut {string.Join(' ', others)}");
        await cluster.Nodes[0].ExitAsync(s_giveUp);
        var gaveUp = Stopwatch.GetElapsedTime(cut);
        var completed = load.Completed;
        await Eventually.HoldsAsync(() => load.Completed > completed + 10, () => "No transfers complete at the majority.");
        await load.StopAsync();
        var recovered = load.RecoveredAfter(cut);
        Report($"split: {load.Completed} completed, {load.Failed.Count} failed, recovered after {recovered}, minority stopped after {gaveUp.TotalSeconds:0.0} s");
        Assert.InRange(recovered ?? TimeSpan.Zero, TimeSpan.Zero, s_giveUp);
        Assert.All(load.Ended.OrderBy(one => one.Began).TakeLast(10), one => Assert.IsType<TransferOutcome.Completed>(one.Outcome));
    }

    private async Task KillAsync()
    {
        await using var cluster = await TestCluster.StartAsync();
        var content = Enumerable.Repeat(cluster.Content, 50).SelectMany(bytes => bytes).ToArray(); // at the peer's rate ten seconds
        await using var load = new PeerLoad(cluster.Peer, TestCluster.Files, cluster.FileOf(cluster.Content), senders: 2);
        await cluster.AllReceiveAsync();
        var file = cluster.FileOf(content, "big.bin");
        var big = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cluster.Peer.SendAsync(TestCluster.Files, file)));
        await Task.WhenAll(big.Select(StreamsAsync));
        var killed = Stopwatch.GetTimestamp();
        await cluster.Nodes[0].KillAsync();
        var outcomes = await Task.WhenAll(big.Select(transfer => transfer.Completion));
        await Eventually.HoldsAsync(() => load.RecoveredAfter(killed) is not null, () => "No transfer has completed after the kill.");
        var recovered = load.RecoveredAfter(killed)!.Value;
        var completed = load.CompletedAfter(killed)!.Value;
        var failed = outcomes.Count(outcome => outcome is not TransferOutcome.Completed);
        Report($"kill: {outcomes.Length} in flight, {failed} failed, taken over after {recovered.TotalSeconds:0.0} s, new transfer completed after {completed.TotalSeconds:0.0} s");
        Assert.InRange(failed, 1, 3);
        Assert.All(outcomes.OfType<TransferOutcome.Completed>(), outcome => Assert.Equal(content.Length, outcome.Bytes));
        Assert.InRange(recovered, TimeSpan.Zero, s_takeOver);
        await load.StopAsync();
        string[] hashes = [cluster.Sha256, Convert.ToHexStringLower(SHA256.HashData(content))];
        Assert.All(cluster.Nodes.Skip(1).SelectMany(node => node.Values("received")).Where(outcome => !WasNegotiating(outcome)), hash => Assert.Contains(hash, hashes));
    }

    /// <summary>For measurements: CLUSTER_TEST_REPORT names a file.</summary>
    private void Report(string figures)
    {
        output.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("CLUSTER_TEST_REPORT") is { } file)
        {
            File.AppendAllText(file, figures + "\n");
        }
    }

    /// <summary>Whether the link was lost between the response to the offer and the byte stream: stanzas under way are lost with the node that has the link.</summary>
    private static bool WasNegotiating(string outcome) =>
        outcome.Contains("Phase = Accepted", StringComparison.Ordinal) && outcome.Contains("Reason = LinkLost", StringComparison.Ordinal);

    private static async Task StreamsAsync(ITransfer transfer)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                return;
            }
        }
    }
}
