using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing.Time;
using Xunit.Abstractions;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>A component and accounts of three nodes, each in a process of its own, behind a Prosody on loopback.</summary>
public sealed class ClusterProcessSpec(ClusterFixture fixture, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan s_takeOver = TimeSpan.FromSeconds(15);

    /// <summary>Of a node that was removed: until it has noticed, and its transfers have ended or were cancelled.</summary>
    private static readonly TimeSpan s_giveUp = TimeSpan.FromSeconds(40);

    [ProsodyFact]
    public Task Rolling_restart_must_fail_no_transfer() => fixture.TestAsync(async cluster =>
    {
        var began = DateTimeOffset.UtcNow;
        await using var load = new PeerLoad(cluster.Peer, Enumerable.Repeat(TestCluster.Files, 3), cluster.Content);
        await using var accounts = new PeerLoad(cluster.Peer, TestCluster.Accounts.Select(TestCluster.AddressOf), cluster.Content);
        foreach (var node in cluster.Running)
        {
            cluster.Send(node);
            cluster.SendThroughAccounts(node);
        }

        foreach (var node in cluster.Running)
        {
            await node.StopAsync();
            var next = await cluster.StartNodeAsync();
            cluster.Send(next);
            cluster.SendThroughAccounts(next);
            await cluster.AllReceiveAsync();
        }

        await cluster.LoggedInAsync();
        await Task.WhenAll(load.StopAsync(), accounts.StopAsync());
        await Task.WhenAll(cluster.Running.Select(node => node.AskAsync("rest", "rested")));

        string[] sent = [.. cluster.Values("sent"), .. cluster.Values("sent-through-accounts")];
        var moved = cluster.Sessions.All().Count(one => one.At >= began);
        Report(
            "rolling restart", load.Completed + accounts.Completed + sent.Length, load.Failed.Count + accounts.Failed.Count, null,
            $"{load.Completed} to the component, {accounts.Completed} to accounts, {sent.Length} from them; {moved} sessions began or ended");
        Assert.Empty(load.Failed);
        Assert.Empty(accounts.Failed);
        Assert.All(cluster.Values("received").Concat(sent), value => Assert.EndsWith(cluster.Sha256, value, StringComparison.Ordinal));
        Assert.All(cluster.PeerGot, hash => Assert.Equal(cluster.Sha256, hash));
        Assert.Equal(load.Completed + accounts.Completed, cluster.Values("received").Count);
        MustHaveOneOutcome(cluster, load, accounts);
        MustBeTakenOverOnce(cluster, [], began);
    });

    [ProsodyFact]
    public Task Killed_node_must_be_replaced_and_transfers_of_others_must_go_on() => fixture.TestAsync(async cluster =>
    {
        var content = Enumerable.Repeat(cluster.Content, 25).SelectMany(bytes => bytes).ToArray(); // at the peer's rate five seconds
        string[] hashes = [cluster.Sha256, Convert.ToHexStringLower(SHA256.HashData(content))];
        var killed = cluster.Running[0];
        var account = (await cluster.LocateAsync())[killed].ToList();
        await using var load = new PeerLoad(cluster.Peer, Enumerable.Repeat(TestCluster.Files, 2), cluster.Content);
        await using var accounts = new PeerLoad(cluster.Peer, TestCluster.Accounts.Select(TestCluster.AddressOf), cluster.Content);
        await cluster.AllReceiveAsync();
        var file = cluster.FileOf(content, "big.bin");
        var partial = cluster.FileOf(content, "partial.bin");
        var resumed = await cluster.Peer.SendAsync(TestCluster.AddressOf(account[0]), partial);
        var big = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cluster.Peer.SendAsync(TestCluster.Files, file)));
        await Task.WhenAll(big.Select(transfer => StreamsAsync(transfer, 1)));
        await Eventually.HoldsAsync(() => HasCheckpoint(cluster, partial.Name), () => $"There is no checkpoint file of {partial.Name}.");

        var (since, at) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        await killed.KillAsync();
        var outcomes = await Task.WhenAll(big.Select(transfer => transfer.Completion));
        Assert.IsNotType<TransferOutcome.Completed>(await resumed.Completion);
        await Eventually.HoldsAsync(
            () => load.RecoveredAfter(since) is not null && account.All(LoggedInSince(cluster, at)),
            () => $"Component: {load.Describe()}\nAccounts: {string.Join('\n', cluster.Sessions.All().TakeLast(30))}\n{cluster.Running[0].Describe()}");
        resumed = await cluster.Peer.SendAsync(TestCluster.AddressOf(account[0]), partial);
        var rest = Assert.IsType<TransferOutcome.Completed>(await resumed.Completion);
        await Task.WhenAll(load.StopAsync(), accounts.StopAsync());

        var failed = outcomes.Count(outcome => outcome is not TransferOutcome.Completed);
        var recovered = load.RecoveredAfter(since)!.Value;
        var loggedIn = cluster.Sessions.All().Where(one => one is { IsBound: true } && one.At >= at).Max(one => one.At) - at;
        var more = string.Create(CultureInfo.InvariantCulture, $"new transfer completed after {load.CompletedAfter(since)?.TotalSeconds:0.0} s");
        Report("kill", outcomes.Length + 1, failed + 1, recovered, $"{more}; {account.Count} accounts", loggedIn);
        Assert.InRange(failed, 1, 3);
        Assert.All(outcomes.OfType<TransferOutcome.Completed>(), outcome => Assert.Equal(content.Length, outcome.Bytes));
        Assert.InRange(recovered, TimeSpan.Zero, s_takeOver);
        Assert.InRange(loggedIn, TimeSpan.Zero, s_takeOver);
        Assert.InRange(rest.Bytes, 1, content.Length - 1);
        var results = cluster.Running.SelectMany(node => node.Values("received")).Where(outcome => !WasNegotiating(outcome));
        Assert.All(results, value => Assert.Contains(value.Split(' ')[1], hashes));
        MustHaveOneOutcome(cluster, load, accounts);
        MustBeTakenOverOnce(cluster, account, at);
    });

    [ProsodyFact]
    public Task Frozen_node_must_do_no_harm_when_it_comes_back() => fixture.TestAsync(async cluster =>
    {
        var frozen = cluster.Running[0];
        var account = (await cluster.LocateAsync())[frozen].ToList();
        await using var load = new PeerLoad(cluster.Peer, Enumerable.Repeat(TestCluster.Files, 3), cluster.Content);
        await using var accounts = new PeerLoad(cluster.Peer, account.Select(TestCluster.AddressOf), cluster.Content);
        await cluster.AllReceiveAsync();
        var (since, at) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        frozen.Freeze();
        await Eventually.HoldsAsync(
            () => load.Ended.Any(one => one.Began > since && one.IsCompleted) && account.All(LoggedInSince(cluster, at)),
            () => $"Component: {load.Describe()}\nAccounts: {string.Join('\n', cluster.Sessions.All().TakeLast(30))}\n{cluster.Running[1].Describe()}");
        var recovered = load.CompletedAfter(since);
        var loggedIn = cluster.Sessions.All().Where(one => one is { IsBound: true } && one.At >= at).Max(one => one.At) - at;
        var (thawed, thawedAt) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        frozen.Thaw();
        await frozen.ExitAsync(s_giveUp);
        var gaveUp = Stopwatch.GetElapsedTime(thawed);
        var (completed, toAccounts) = (load.Completed, accounts.Completed);
        await Eventually.HoldsAsync(
            () => load.Completed > completed + 10 && accounts.Completed > toAccounts + 10,
            () => $"Component: {load.Describe()}\nAccounts: {accounts.Describe()}\nFrozen: {frozen.Describe()}\nOther: {cluster.Running[0].Describe()}");
        await Task.WhenAll(load.StopAsync(), accounts.StopAsync());
        var late = load.Ended.Concat(accounts.Ended).Where(one => one.Began > thawed && !one.IsCompleted).ToList();
        Report(
            "freeze", load.Ended.Count + accounts.Ended.Count, load.Failed.Count + accounts.Failed.Count, recovered,
            $"{late.Count} failed since it came back, it stopped after {gaveUp.TotalSeconds:0} s; {account.Count} accounts", loggedIn);
        Assert.True(late.Count == 0, $"{string.Join('\n', late)}\nFrozen: {frozen.Describe()}\nOther: {cluster.Running[0].Describe()}");
        MustBeTakenOverOnce(cluster, account, at);
        Assert.Empty(cluster.Sessions.Replaced(thawedAt));
    });

    /// <summary>The oldest node has the connection, and is alone on its side.</summary>
    [ProsodyFact]
    public Task Minority_of_a_split_must_give_up_its_connections() => fixture.TestAsync(async cluster =>
    {
        var alone = cluster.Running[0];
        var account = (await cluster.LocateAsync())[alone].ToList();
        await using var load = new PeerLoad(cluster.Peer, Enumerable.Repeat(TestCluster.Files, 3), cluster.Content);
        await cluster.AllReceiveAsync();
        var others = await Task.WhenAll(cluster.Running.Skip(1).Select(node => node.ReadyAsync()));
        var (cut, at) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        alone.Tell($"cut {string.Join(' ', others)}");
        await alone.ExitAsync(s_giveUp);
        var gaveUp = Stopwatch.GetElapsedTime(cut);
        var completed = load.Completed;
        await Eventually.HoldsAsync(
            () => load.Completed > completed + 10 && account.All(LoggedInSince(cluster, at)),
            () => $"{load.Describe()}\nMinority: {alone.Describe()}\nMajority: {cluster.Running[0].Describe()}");
        await load.StopAsync();
        var recovered = load.RecoveredAfter(cut);
        var loggedIn = cluster.Sessions.All().Where(one => one is { IsBound: true } && one.At >= at).Max(one => one.At) - at;
        Report(
            "split", load.Ended.Count, load.Failed.Count, recovered, $"minority stopped after {gaveUp.TotalSeconds:0} s; {account.Count} accounts", loggedIn);
        Assert.InRange(recovered ?? TimeSpan.Zero, TimeSpan.Zero, s_giveUp);
        Assert.All(load.Ended.OrderBy(one => one.Began).TakeLast(10), one => Assert.IsType<TransferOutcome.Completed>(one.Outcome));
        MustHaveOneOutcome(cluster, load);
        MustBeTakenOverOnce(cluster, account, at);
    });

    private static Func<Jid, bool> LoggedInSince(TestCluster cluster, DateTimeOffset since)
    {
        var events = cluster.Sessions.All().Where(one => one.IsBound && one.At >= since).Select(one => one.Session.Bare).ToHashSet();
        return events.Contains;
    }

    /// <summary>
    /// The server keeps a session of a lost node for its resumption, and replaces it once, when the next node logs in. No other session is replaced, and no
    /// account ever has two.
    /// </summary>
    private static void MustBeTakenOverOnce(TestCluster cluster, IEnumerable<Jid> lost, DateTimeOffset since)
    {
        Assert.Subset(lost.ToHashSet(), cluster.Sessions.Replaced(since).Select(one => one.Session.Bare).ToHashSet());
        Assert.Distinct(cluster.Sessions.Replaced(since).Select(one => one.Session));
        cluster.Sessions.MustBeSingle();
    }

    /// <summary>No file has completed on two nodes, and a file that has completed at the peer has completed on a node, unless that was killed.</summary>
    private static void MustHaveOneOutcome(TestCluster cluster, params PeerLoad[] loads)
    {
        var received = cluster.Values("received").Select(value => value.Split(' ', 2)).ToLookup(fields => fields[0], fields => fields[1]);
        var dead = cluster.Nodes.Where(node => node.HasExited).SelectMany(node => node.Values("offered")).ToHashSet();
        foreach (var transfer in loads.SelectMany(load => load.Ended))
        {
            var completed = received[transfer.Name].Count(outcome => outcome == cluster.Sha256);
            Assert.True(completed <= 1, $"{transfer.Name} has completed {completed} times.");
            Assert.True(completed == 1 || !transfer.IsCompleted || dead.Contains(transfer.Name), $"{transfer} was received by none.");
        }
    }

    /// <summary>For measurements: CLUSTER_TEST_REPORT names a file.</summary>
    private void Report(string what, int transfers, int failed, TimeSpan? component, string more, TimeSpan? accounts = null)
    {
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {transfers} transfers, {failed} failed; component {component?.TotalSeconds:0.0} s, accounts {accounts?.TotalSeconds:0.0} s; {more}");
        output.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("CLUSTER_TEST_REPORT") is { } file)
        {
            File.AppendAllText(file, figures + "\n");
        }
    }

    /// <summary>
    /// Whether the link was lost between the response to the offer and the byte stream: stanzas under way are lost with the node that has the link.
    /// </summary>
    private static bool WasNegotiating(string outcome) =>
        outcome.Contains("Reason = LinkLost", StringComparison.Ordinal) && !outcome.Contains("Phase = Streaming", StringComparison.Ordinal);

    /// <summary>Only bytes that a checkpoint file tells of are resumed; more were sent.</summary>
    private static bool HasCheckpoint(TestCluster cluster, string name)
    {
        try
        {
            return Directory.EnumerateFiles(cluster.Received, ".*.state").Any(path => File.ReadAllText(path).Contains($".{name}.", StringComparison.Ordinal));
        }
        catch (FileNotFoundException)
        {
            return false; // that of a file which has just been received
        }
    }

    private static async Task StreamsAsync(ITransfer transfer, long bytes)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            if (progress.Bytes >= bytes)
            {
                return;
            }
        }
    }
}
