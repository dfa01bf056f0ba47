using ActorTransfer.Benchmarks.Load;

namespace ActorTransfer.Benchmarks.ClusterModel;

/// <summary>What a cluster of a size needs of each resource, beside what there is of it.</summary>
/// <param name="inputs">The inputs.</param>
/// <param name="nodes">Number of nodes.</param>
internal sealed class Saturation(ModelInputs inputs, int nodes)
{
    private const double Gib = 1024.0 * 1024 * 1024;

    /// <summary>Of a resource: need, capacity, and what to do when it is used up.</summary>
    internal sealed record Resource(string Name, double Need, double Capacity, string Unit, string Remedy)
    {
        public double Use => Need / Capacity;

        public LoadRow ToRow() => new LoadRow()
            .With("resource", Name)
            .With("need", Need)
            .With("there is", Capacity)
            .With("unit", Unit)
            .With("use %", 100 * Use)
            .With("remedy", Use > 1 ? Remedy : "");
    }

    private double Accounts => inputs["accounts"];

    private double Pairs => inputs["active-pairs"];

    private double SetUps => Pairs / inputs["pair-seconds"];

    private double StanzaPairs => SetUps * inputs["stanza-pairs-per-set-up"];

    /// <summary>All resources, the most used first.</summary>
    public IReadOnlyList<Resource> Resources() =>
        [.. Links().Concat(Sharding()).Concat(Membership()).Concat(Node()).Concat(Server()).OrderByDescending(resource => resource.Use)];

    private IEnumerable<Resource> Links()
    {
        double server = inputs["server-stanza-pairs-per-second"];
        double link = Math.Min(inputs["link-stanza-pairs-per-second"], 1e6 / inputs["link-cpu-us-per-stanza-pair"]);
        yield return new("component link: its node", StanzaPairs, link, "stanza pairs/s", Count("component names, one hub each", StanzaPairs / link));
        yield return new(
            "component link: the server", StanzaPairs, server, "stanza pairs/s", Count("component names, on several server nodes", StanzaPairs / server));
    }

    private IEnumerable<Resource> Sharding()
    {
        double perShard = Accounts / inputs["shards"];
        double perKey = perShard / inputs["remembered-keys-per-shard"] * inputs["remembered-entry-bytes"];
        double frame = inputs["frame-bytes"];
        yield return new("sharding: one remembered key in a frame", perKey, frame, "B", Count("times the shards, or that many clusters", perKey / frame));
        double memory = Accounts * inputs["remembered-entry-memory"];
        double share = inputs["node-memory"] / 10;
        yield return new(
            "sharding: remembered entities, a tenth of each node's memory",
            memory,
            share,
            "B",
            Count("clusters, each with a part of the accounts", memory / share));
        double logins = Math.Min(inputs["server-logins-per-second"], (nodes - 1) * inputs["node-cores"] * inputs["logins-per-second-per-core"] / 2);
        double back = inputs["detection-seconds"]
            + (inputs["shards"] / nodes * inputs["shard-allocation-ms"] / 1000)
            + (Accounts / nodes / logins);
        double goal = 3 * inputs["take-over-goal-seconds"];
        yield return new("sharding: accounts of a lost node are back", back, goal, "s", Count("times the nodes and the logins of the server", back / goal));
    }

    private IEnumerable<Resource> Membership()
    {
        GossipSimulation.Result gossip = GossipSimulation.Run(nodes);
        double membership = nodes * inputs["member-bytes"];
        yield return new("gossip: the membership in a frame", membership, inputs["frame-bytes"], "B", "several clusters, or larger frames");
        yield return new("gossip: convergence after a change", gossip.Seconds, inputs["take-over-goal-seconds"], "s", "several clusters");
        yield return new(
            "gossip: sent by a node after a change",
            gossip.MessagesPerNode * membership / gossip.Seconds,
            inputs["node-line-bytes-per-second"] / 100,
            "B/s",
            "several clusters");
    }

    private IEnumerable<Resource> Node()
    {
        string more = "more nodes";
        double pairs = Pairs / nodes;
        double bytes = pairs * inputs["pair-bytes-per-second"];
        double relay = (bytes / Gib * inputs["relay-cpu-s-per-gib"]) + (SetUps / nodes * inputs["relay-cpu-us-per-set-up"] / 1e6);
        yield return new("node: descriptors of pairs", pairs * inputs["descriptors-per-pair"], inputs["node-descriptors"], "", more);
        yield return new("node: line", bytes, inputs["node-line-bytes-per-second"], "B/s", more);
        yield return new("node: processor, relaying", relay, inputs["node-cores"], "cores", more);
        yield return new(
            "node: memory, accounts and pairs",
            (Accounts / nodes * inputs["account-bytes"]) + (pairs * inputs["relay-bytes-per-pair"]),
            inputs["node-memory"],
            "B",
            more);
    }

    private IEnumerable<Resource> Server()
    {
        double sessions = Accounts * inputs["server-session-bytes"];
        yield return new("XMPP server: memory of sessions", sessions, inputs["server-memory"], "B", "a larger cluster of the server, or several domains");
    }

    private static string Count(string what, double use) => FormattableString.Invariant($"{Math.Ceiling(use):0} {what}");
}
