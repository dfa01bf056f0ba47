using System.Diagnostics.Metrics;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>What an operator sees of a cluster: the monitor, health and metrics of a node.</summary>
public sealed class ClusterMonitorSpec : AccountsTest
{
    private protected override void Configure(IServiceCollection services) => services.AddHealthChecks().AddActorTransfer();

    [Fact]
    public async Task Operator_must_see_the_nodes_where_accounts_live_and_that_a_node_is_lost()
    {
        var at = await OnlineAsync(_nodes[0]);
        foreach (var node in _nodes)
        {
            var cluster = await ClusterAsync(node, seen => seen.Accounts.Length == at.Count && seen.Nodes.All(one => one.Moving == 0));
            Assert.Equal(at, cluster.Accounts.ToDictionary(account => account.Name, account => account.Node));
            Assert.Equal(_nodes.Select(AddressOf), cluster.Nodes.Select(one => one.Address));
            Assert.All(cluster.Nodes, one => Assert.Equal(NodeState.Up, one.State));
            Assert.Equal([AddressOf(node)], cluster.Nodes.Where(one => one.IsSelf).Select(one => one.Address));
            Assert.All(cluster.Nodes, one => Assert.Equal(at.Values.Count(address => address == one.Address), one.Accounts));
            Assert.Same(cluster, (await SnapshotAsync(node)).Cluster);
        }

        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        Assert.Equal([("up", 3L)], Measure("actortransfer.cluster.nodes"));
        Assert.Contains(("settled", (long)at.Values.Count(node => node == AddressOf(_nodes[0]))), Measure("actortransfer.cluster.accounts"));

        await _nodes[2].CrashAsync();
        await ClusterAsync(_nodes[0], seen => seen.Nodes[^1].State == NodeState.Unreachable);
        var health = await HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        var fault = Assert.IsType<string>(health.Entries.Values.Single(entry => entry.Data.Count > 0).Data["cluster"]);
        Assert.Contains($"1 of 3 nodes cannot be reached: {AddressOf(_nodes[2])}", fault, StringComparison.Ordinal);
        Assert.Contains(("unreachable", 1L), Measure("actortransfer.cluster.nodes"));
    }

    private Task<HealthReport> HealthAsync() => _nodes[0].Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private static Task<MonitorSnapshot> SnapshotAsync(ClusterHost node) => node.Services.GetRequiredService<ITransferMonitor>().SnapshotAsync();

    /// <summary>The view of a node once it is as expected.</summary>
    private static async Task<MonitoredCluster> ClusterAsync(ClusterHost node, Func<MonitoredCluster, bool> isExpected)
    {
        MonitoredCluster? seen = null;
        var next = SnapshotAsync(node);
        await Eventually.HoldsAsync(
            () =>
            {
                if (next.IsCompletedSuccessfully && !isExpected(seen = next.Result.Cluster!))
                {
                    next = SnapshotAsync(node);
                    return false;
                }

                return next.IsCompletedSuccessfully;
            },
            () => $"{string.Join(' ', seen?.Nodes ?? [])} {string.Join(' ', seen?.Accounts ?? [])} {next.Exception}");
        return seen!;
    }

    /// <summary>Values of an instrument of the first node.</summary>
    private List<(string State, long Value)> Measure(string name)
    {
        List<(string, long)> values = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && instrument.Meter.Scope == _nodes[0].Services.GetRequiredService<IMeterFactory>())
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => values.Add(($"{tags[0].Value}", value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
