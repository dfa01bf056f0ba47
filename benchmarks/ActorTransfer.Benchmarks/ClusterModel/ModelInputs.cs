using System.Globalization;

namespace ActorTransfer.Benchmarks.ClusterModel;

/// <summary>The inputs of <see cref="Saturation"/>, each with its default and where that comes from. The command line replaces values.</summary>
internal sealed class ModelInputs
{
    private readonly List<(string Name, double Value, string Unit, string Source)> _all =
    [
        ("accounts", 10_000_000, "", "the question"),
        ("active-pairs", 1_000_000, "", "the question"),
        ("pair-seconds", 120, "s", "assumed: 12 MB at 100 kB/s"),
        ("pair-bytes-per-second", 100_000, "B/s", "assumed"),
        ("stanza-pairs-per-set-up", 1.5, "", "one activation, and an address query for every second one: clients keep addresses"),
        ("server-stanza-pairs-per-second", 9_600, "1/s", "measured: Prosody, one core, 104 us a pair between two components"),
        ("link-stanza-pairs-per-second", 3_900, "1/s", "load cluster: reached on two cores with all other processes"),
        ("link-cpu-us-per-stanza-pair", 67, "us", "load cluster: the link's node, whose hub uses one core"),
        ("relay-cpu-us-per-set-up", 139, "us", "load setup"),
        ("relay-cpu-s-per-gib", 0.5, "s", "load relay, proxy and generator"),
        ("relay-bytes-per-pair", 5_000, "B", "load idle"),
        ("descriptors-per-pair", 4, "", "docs/proxy.md"),
        ("account-bytes", 60_000, "B", "21 KiB of actors (IdleAccountSpec); stream and TLS assumed"),
        ("logins-per-second-per-core", 200, "1/s", "assumed: TLS handshake and SCRAM with 4096 iterations"),
        ("server-logins-per-second", 1_000, "1/s", "assumed: all nodes of the server"),
        ("server-session-bytes", 100_000, "B", "assumed"),
        ("server-memory", 256e9, "B", "assumed: all nodes of the server"),
        ("node-cores", 16, "", "assumed"),
        ("node-memory", 64e9, "B", "assumed"),
        ("node-line-bytes-per-second", 1.25e9, "B/s", "10 Gbit/s"),
        ("node-descriptors", 1_048_576, "", "fs.nr_open"),
        ("shards", 500, "", "AccountRegion.Shards"),
        ("shard-allocation-ms", 5, "ms", "assumed: one majority write of the coordinator"),
        ("remembered-keys-per-shard", 5, "", "Akka.Cluster.Sharding, constant"),
        ("remembered-entry-bytes", 60, "B", "format: id of 36 characters, dot, framing"),
        ("remembered-entry-memory", 250, "B", "assumed: objects of one entry, on every node"),
        ("member-bytes", 115, "B", "format: address, status, roles, version vector"),
        ("frame-bytes", 1_048_576, "B", "hocon/cluster.conf, maximum-frame-size"),
        ("detection-seconds", 10, "s", "failure detector and stable-after"),
        ("take-over-goal-seconds", 15, "s", "goal for roles; accounts: three times"),
    ];

    /// <exception cref="FormatException">An argument is not a known name and a positive number.</exception>
    public static ModelInputs Parse(IEnumerable<string> args)
    {
        ModelInputs inputs = new();
        foreach (string arg in args)
        {
            string[] parts = arg.Split('=', 2);
            int at = inputs._all.FindIndex(input => input.Name == parts[0]);
            if (at < 0 || parts.Length < 2 || !double.TryParse(parts[1], CultureInfo.InvariantCulture, out double value) || !(value > 0))
            {
                throw new FormatException($"'{arg}' is not NAME=NUMBER with one of the names {string.Join(", ", inputs._all.Select(input => input.Name))}.");
            }

            inputs._all[at] = inputs._all[at] with { Value = value, Source = "command line" };
        }

        return inputs;
    }

    public double this[string name] => _all.First(input => input.Name == name).Value;

    public IEnumerable<(string Name, double Value, string Unit, string Source)> All => _all;
}
