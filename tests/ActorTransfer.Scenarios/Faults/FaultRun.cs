using System.Globalization;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>What happens to the connections of a run.</summary>
public enum NetworkFault
{
    None,

    /// <summary>They are refused.</summary>
    Dead,

    /// <summary>They are closed in order after some bytes.</summary>
    Cut,

    /// <summary>They are reset after some bytes.</summary>
    Reset,

    /// <summary>Nothing comes back.</summary>
    Silent,
}

/// <summary>One transfer and its faults, by seed.</summary>
internal sealed record FaultRun(int Seed)
{
    public Signalling Signalling { get; private init; }

    public StreamMethods Methods { get; private init; }

    /// <summary>The proxy's user sends, or the other one.</summary>
    public bool IsReversed { get; private init; }

    public int Size { get; private init; }

    public NetworkFault Network { get; private init; }

    /// <summary>Bytes before the fault.</summary>
    public int FaultAt { get; private init; }

    public int PieceSize { get; private init; }

    public bool Declines { get; private init; }

    /// <summary>Milliseconds; null = never.</summary>
    public int? SenderCancels { get; private init; }

    /// <summary>Milliseconds; null = never.</summary>
    public int? ReceiverCancels { get; private init; }

    /// <summary>Nothing happens that a transfer may fail of.</summary>
    public bool MustComplete => this is { Declines: false, SenderCancels: null, ReceiverCancels: null }
        && (Network == NetworkFault.None || Methods == StreamMethods.InBand || (Methods.HasFlag(StreamMethods.InBand) && Network == NetworkFault.Dead));

    public static FaultRun Of(int seed)
    {
        var random = new Random(seed);
        int? Sometimes() => random.Next(8) == 0 ? random.Next(40) : null;
        var size = random.Next(10) == 0 ? 0 : random.Next(60_000);
        return new FaultRun(seed)
        {
            Signalling = random.Next(2) == 0 ? Signalling.Jingle : Signalling.StreamInitiation,
            Methods = (StreamMethods)random.Next(1, 8),
            IsReversed = random.Next(2) == 0,
            Size = size,
            Network = random.Next(2) == 0 ? NetworkFault.None : (NetworkFault)random.Next(1, 5),
            FaultAt = random.Next(size + 200),
            PieceSize = random.Next(4) == 0 ? random.Next(1, 500) : 64 * 1024,
            Declines = random.Next(20) == 0,
            SenderCancels = Sometimes(),
            ReceiverCancels = Sometimes(),
        };
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Signalling}, {Methods}, {Size} bytes, {Network} at {FaultAt}, pieces of {PieceSize}, ")
        + string.Create(CultureInfo.InvariantCulture, $"declines {Declines}, cancels {SenderCancels}, {ReceiverCancels}");
}
