using ActorTransfer.Extensibility;
using ActorTransfer.Simulation.Sockets;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation;

/// <summary>What the parts of one run share: time, chance, network, server and history.</summary>
internal sealed class World
{
    public World(ulong seed, bool keepsHistory)
    {
        Random = new SimulatedRandom(seed);
        Plan = FaultPlan.Draw(Random);
        Clock = new SimulatedClock();
        History = keepsHistory ? new History(Clock) : null;
        Network = new SimulatedNetwork(this);
        Server = new StanzaServer(this);
    }

    public static Jid Ada { get; } = Jid.Parse("ada@north.example/desk");

    public static Jid Bo { get; } = Jid.Parse("bo@south.example/phone");

    public static Jid Relay { get; } = Jid.Parse("relay.north.example");

    public static StreamHost Direct { get; } = new(Ada, "198.51.100.4", 52013);

    public static StreamHost Proxy { get; } = new(Relay, "203.0.113.7", 7777);

    public SimulatedRandom Random { get; }

    public FaultPlan Plan { get; }

    public SimulatedClock Clock { get; }

    public History? History { get; }

    public SimulatedNetwork Network { get; }

    public StanzaServer Server { get; }

    /// <summary>Properties that do not hold in this run.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>A fault that a transfer may fail of has happened.</summary>
    public bool HasFaulted { get; set; }

    /// <summary>The delay of the next stanza or segment.</summary>
    public TimeSpan Delay() => Random.UpTo(Plan.MaxDelay);

    public static string Name(Jid jid) => jid.Local ?? "relay";
}
