using System.Globalization;

namespace ActorTransfer.Simulation;

/// <summary>What one run transfers and which faults happen to it, all drawn from its seed. Chances are in 1000.</summary>
internal sealed record FaultPlan
{
    public StreamMethods InitiatorMethods { get; private init; }

    public StreamMethods TargetMethods { get; private init; }

    public int Size { get; private init; }

    /// <summary>Bytes that the target has already.</summary>
    public int Offset { get; private init; }

    /// <summary>The initiator can send the file again, and parts of it.</summary>
    public bool IsRanged { get; private init; }

    /// <summary>The target is known to handle in-band blocks in order, so several are outstanding.</summary>
    public bool KeepsOrder { get; private init; }

    /// <summary>Stanzas are written and parsed as bytes.</summary>
    public bool UsesXml { get; private init; }

    /// <summary>Bytes arrive one by one.</summary>
    public bool SplitsBytes { get; private init; }

    /// <summary>Longest delay of a stanza or segment, in milliseconds.</summary>
    public int MaxDelay { get; private init; }

    /// <summary>Milliseconds that the target takes for one read.</summary>
    public int MaxReadTime { get; private init; }

    public bool DirectFails { get; private init; }

    public bool ProxyFails { get; private init; }

    /// <summary>The link of a client to its server is lost after a stanza.</summary>
    public int LinkLoss { get; private init; }

    /// <summary>The server has forgotten the stream that a client resumes.</summary>
    public int ResumptionFails { get; private init; }

    /// <summary>The server delivers a stanza twice.</summary>
    public int Duplicate { get; private init; }

    /// <summary>The server loses a stanza.</summary>
    public int StanzaLoss { get; private init; }

    /// <summary>A stanza overtakes others.</summary>
    public int Reorder { get; private init; }

    /// <summary>A connection is reset with a segment.</summary>
    public int Reset { get; private init; }

    /// <summary>A connection delivers nothing from a segment on, and neither side hears of it.</summary>
    public int HalfOpen { get; private init; }

    /// <summary>Bytes that the target's disk has space for.</summary>
    public int? DiskSpace { get; private init; }

    /// <summary>The complete file cannot be renamed.</summary>
    public bool PlacingFails { get; private init; }

    public bool Declines { get; private init; }

    /// <summary>Number of the event at which the initiator cancels.</summary>
    public int? InitiatorCancels { get; private init; }

    public int? TargetCancels { get; private init; }

    /// <summary>Number of the event from which no stanza of the initiator, and none to it, arrives.</summary>
    public int? InitiatorSilent { get; private init; }

    public int? TargetSilent { get; private init; }

    public int? ProxySilent { get; private init; }

    /// <summary>
    /// No fault that a transfer may fail of: delays, splits, a resumed stream, repeated stanzas, a dead streamhost beside a working method.
    /// </summary>
    public bool IsBenign { get; private init; }

    /// <summary>Both peers allow a method that works.</summary>
    public bool HasCommonMethod =>
        Works(StreamMethods.InBand) || (Works(StreamMethods.Direct) && !DirectFails) || (Works(StreamMethods.Proxy) && !ProxyFails);

    public static FaultPlan Draw(SimulatedRandom random)
    {
        var isBenign = random.Chance(300);
        bool Sometimes(int perMille = 200) => !isBenign && random.Chance(perMille);
        int? AtEvent(int perMille) => Sometimes(perMille) ? random.Below(random.Chance(500) ? 60 : 400) : null;
        var size = random.Chance(100) ? 0 : random.Between(1, 6000);
        var isRanged = random.Chance(800);
        return new FaultPlan
        {
            IsBenign = isBenign,
            InitiatorMethods = (StreamMethods)random.Between(1, 7),
            TargetMethods = random.Chance(600) ? StreamMethods.All : (StreamMethods)random.Between(1, 7),
            Size = size,
            IsRanged = isRanged,
            Offset = isRanged && random.Chance(200) ? random.Below(size + 1) : 0,
            KeepsOrder = random.Chance(600),
            UsesXml = random.Chance(100),
            SplitsBytes = random.Chance(50),
            MaxDelay = random.Chance(500) ? 20 : random.Between(1, 900),
            MaxReadTime = random.Chance(600) ? 1 : random.Between(1, 500),
            DirectFails = random.Chance(200),
            ProxyFails = random.Chance(200),
            LinkLoss = random.Chance(250) ? random.Between(5, 60) : 0,
            ResumptionFails = Sometimes(400) ? 500 : 0,
            Duplicate = random.Chance(200) ? random.Between(20, 200) : 0,
            StanzaLoss = Sometimes() ? random.Between(5, 150) : 0,
            Reorder = Sometimes(150) ? random.Between(20, 300) : 0,
            Reset = Sometimes() ? random.Between(5, 150) : 0,
            HalfOpen = Sometimes() ? random.Between(5, 150) : 0,
            DiskSpace = Sometimes(100) ? random.Below(size + 1) : null,
            PlacingFails = Sometimes(60),
            Declines = random.Chance(50),
            InitiatorCancels = AtEvent(150),
            TargetCancels = AtEvent(150),
            InitiatorSilent = AtEvent(80),
            TargetSilent = AtEvent(80),
            ProxySilent = AtEvent(80),
        };
    }

    /// <summary>The faults that are possible in this run, by name.</summary>
    public IEnumerable<string> Faults()
    {
        (string Name, bool Happens)[] faults =
        [
            ("split single bytes", SplitsBytes), ("direct streamhost dead", DirectFails), ("proxy dead", ProxyFails), ("link lost and resumed", LinkLoss > 0),
            ("resumption refused", LinkLoss > 0 && ResumptionFails > 0), ("stanza duplicated", Duplicate > 0), ("stanza lost", StanzaLoss > 0),
            ("stanza reordered", Reorder > 0), ("connection reset", Reset > 0), ("connection half-open", HalfOpen > 0), ("disk full", DiskSpace is not null),
            ("rename fails", PlacingFails), ("declined", Declines), ("initiator cancels", InitiatorCancels is not null),
            ("target cancels", TargetCancels is not null), ("initiator silent", InitiatorSilent is not null), ("target silent", TargetSilent is not null),
            ("proxy silent", ProxySilent is not null),
        ];
        return faults.Where(fault => fault.Happens).Select(fault => fault.Name);
    }

    /// <summary>For display.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Size} bytes from {Offset}, initiator {InitiatorMethods}, target {TargetMethods}, delay up to {MaxDelay} ms; ");

    private bool Works(StreamMethods method) => InitiatorMethods.HasFlag(method) && TargetMethods.HasFlag(method);
}
