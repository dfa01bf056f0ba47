namespace ActorTransfer.Simulation;

/// <summary>What is drawn for a Jingle session besides the <see cref="FaultPlan"/>.</summary>
internal sealed record JinglePlan
{
    /// <summary>The target listens too.</summary>
    public bool PeerListens { get; private init; }

    public bool PeerDirectFails { get; private init; }

    /// <summary>The target's server has a proxy.</summary>
    public bool PeerHasProxy { get; private init; }

    /// <summary>The target offers the initiator's proxy too.</summary>
    public bool SharesProxy { get; private init; }

    public bool PeerProxyFails { get; private init; }

    /// <summary>Files as large as this one are not sent in-band, unless nothing else is allowed.</summary>
    public bool LimitsInBand { get; private init; }

    /// <summary>The sender does not know the size of the file.</summary>
    public bool IsSizeUnknown { get; private init; }

    /// <summary>The hash that the sender gives is that of another file.</summary>
    public bool HashDiffers { get; private init; }

    /// <summary>The target knows a session of the initiator with the first id.</summary>
    public bool KnowsSession { get; private init; }

    /// <summary>Progress is reported, before the end of the bytes.</summary>
    public bool ReportsProgress { get; private init; }

    public static JinglePlan Draw(SimulatedRandom random, FaultPlan plan) => new()
    {
        PeerListens = random.Chance(600),
        PeerDirectFails = random.Chance(250),
        PeerHasProxy = random.Chance(500),
        SharesProxy = random.Chance(200),
        PeerProxyFails = random.Chance(250),
        LimitsInBand = random.Chance(80),
        IsSizeUnknown = random.Chance(80),
        HashDiffers = !plan.IsBenign && random.Chance(60),
        KnowsSession = random.Chance(30),
        ReportsProgress = random.Chance(800),
    };

    /// <summary>Both peers allow a method that works.</summary>
    public bool HasCommonMethod(FaultPlan plan)
    {
        bool Allowed(StreamMethods method) => plan.InitiatorMethods.HasFlag(method) && plan.TargetMethods.HasFlag(method);
        return (Allowed(StreamMethods.InBand) && (!LimitsInBand || plan.Size == 0 || plan.InitiatorMethods == StreamMethods.InBand))
            || (Allowed(StreamMethods.Direct) && (!plan.DirectFails || (PeerListens && !PeerDirectFails)))
            || (Allowed(StreamMethods.Proxy) && (!plan.ProxyFails || (PeerHasProxy && !PeerProxyFails)));
    }

    /// <summary>The faults that are possible in this run, by name.</summary>
    public IEnumerable<string> Faults()
    {
        (string Name, bool Happens)[] faults =
        [
            ("target's streamhost dead", PeerListens && PeerDirectFails), ("target's proxy dead", PeerHasProxy && PeerProxyFails),
            ("in-band limited", LimitsInBand), ("size unknown", IsSizeUnknown), ("hash differs", HashDiffers), ("session id in use", KnowsSession),
        ];
        return faults.Where(fault => fault.Happens).Select(fault => fault.Name);
    }
}
