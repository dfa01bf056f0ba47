using ActorTransfer.Extensibility;
using ActorTransfer.Simulation.Sockets;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation;

/// <summary>What the parts of one run share: time, chance, network, server and history.</summary>
internal sealed class World
{
    public World(TransferKind kind, ulong seed, bool keepsHistory)
    {
        Random = new SimulatedRandom(seed);
        Plan = FaultPlan.Draw(Random);
        Jingle = kind == TransferKind.Jingle ? JinglePlan.Draw(new SimulatedRandom(~seed), Plan) : null;
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

    /// <summary>The address at which the target listens.</summary>
    public static StreamHost PeerDirect { get; } = new(Bo, "198.51.100.8", 52014);

    /// <summary>The proxy of the target's server.</summary>
    public static StreamHost PeerProxy { get; } = new(Jid.Parse("relay.south.example"), "203.0.113.9", 7777);

    public SimulatedRandom Random { get; }

    public FaultPlan Plan { get; }

    /// <summary>What is drawn for a Jingle session only; null in others.</summary>
    public JinglePlan? Jingle { get; }

    public SimulatedClock Clock { get; }

    public History? History { get; }

    public SimulatedNetwork Network { get; }

    public StanzaServer Server { get; }

    /// <summary>Properties that do not hold in this run.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>A fault that a transfer may fail of has happened.</summary>
    public bool HasFaulted { get; set; }

    /// <summary>Both peers allow a method that works, and nothing happens that a transfer may fail of: both sides must complete.</summary>
    public bool MustComplete => Plan is { IsBenign: true, Declines: false } && (Jingle?.HasCommonMethod(Plan) ?? Plan.HasCommonMethod);

    /// <summary>The faults that are possible in this run, by name.</summary>
    public IEnumerable<string> Faults() => Plan.Faults().Concat(Jingle?.Faults() ?? []);

    /// <summary>For display.</summary>
    public string Describe() => Plan.Describe() + string.Join(", ", Faults().DefaultIfEmpty("no fault"));

    /// <summary>The delay of the next stanza or segment.</summary>
    public TimeSpan Delay() => Random.UpTo(Plan.MaxDelay);

    /// <summary>Nothing answers at this address.</summary>
    public bool IsDead(StreamHost host) => host switch
    {
        _ when host == Direct => Plan.DirectFails,
        _ when host == Proxy => Plan.ProxyFails,
        _ when host == PeerDirect => Jingle is not { PeerDirectFails: false },
        _ => Jingle is not { PeerProxyFails: false },
    };

    public static string Name(Jid jid) => jid.Local ?? (jid == Relay ? "relay" : "relay2");
}
