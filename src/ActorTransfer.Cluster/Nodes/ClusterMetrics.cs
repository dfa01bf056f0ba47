using System.Diagnostics.Metrics;
using ActorTransfer.Actors.Instrumentation;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>The metrics of a node of a cluster.</summary>
internal static class ClusterMetrics
{
    /// <summary>Adds them to the meter of the engines.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="facts">What this node has.</param>
    /// <param name="nodes">Number of nodes in each state.</param>
    public static void AddTo(Meter meter, NodeFacts facts, Func<IEnumerable<KeyValuePair<NodeState, int>>> nodes)
    {
        meter.CreateObservableUpDownCounter(
            "actortransfer.cluster.nodes",
            () => nodes().Select(state => new Measurement<long>(state.Value, MetricAttributes.Of(MetricAttributes.State, state.Key))),
            "{node}",
            "Nodes of the cluster, as this one sees them.");
        meter.CreateObservableUpDownCounter(
            "actortransfer.cluster.connections",
            () => (long)facts.Count().Connections,
            "{connection}",
            "Shared connections that this node holds for all nodes.");
        meter.CreateObservableUpDownCounter(
            "actortransfer.cluster.accounts", () => Accounts(facts), "{account}", "Accounts of the cluster that live on this node.");
    }

    private static Measurement<long>[] Accounts(NodeFacts facts)
    {
        var (_, settled, moving) = facts.Count();
        return
        [
            new(settled, MetricAttributes.Of(MetricAttributes.State, "settled")),
            new(moving, MetricAttributes.Of(MetricAttributes.State, "moving")),
        ];
    }
}
