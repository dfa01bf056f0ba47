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
    private static readonly HttpFault[] s_httpFaults = Enum.GetValues<HttpFault>();

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

    /// <summary>What the HTTP server does; null = its work.</summary>
    public HttpFault? Http { get; private init; }

    /// <summary>At an upload, or at a download.</summary>
    public bool HttpFaultOnPut { get; private init; }

    /// <summary>How often.</summary>
    public int HttpFaults { get; private init; }

    public bool Encrypts { get; private init; }

    /// <summary>The number of a stanza between the users, from 1; null = none.</summary>
    public int? LostStanza { get; private init; }

    /// <summary>The number of a stanza between the users, from 1; null = none.</summary>
    public int? RepeatedStanza { get; private init; }

    public bool IsHttp => Methods == StreamMethods.Http;

    /// <summary>Nothing happens that a transfer may fail of.</summary>
    public bool MustComplete => this is { Declines: false, SenderCancels: null, ReceiverCancels: null, LostStanza: null }
        && (IsHttp ? Http is null || (HttpFaults == 1 && MayPass(Http.Value)) : MayConnect);

    private bool MayConnect =>
        Network == NetworkFault.None || Methods == StreamMethods.InBand || (Methods.HasFlag(StreamMethods.InBand) && Network == NetworkFault.Dead);

    public static FaultRun Of(int seed)
    {
        var random = new Random(seed);
        int? Sometimes() => random.Next(8) == 0 ? random.Next(40) : null;
        var size = random.Next(10) == 0 ? 0 : random.Next(60_000);
        var run = new FaultRun(seed)
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
        var isHttp = random.Next(4) == 0;
        return run with
        {
            Methods = isHttp ? StreamMethods.Http : run.Methods,
            Http = isHttp && random.Next(3) > 0 ? s_httpFaults[random.Next(s_httpFaults.Length)] : null,
            HttpFaultOnPut = random.Next(2) == 0,
            HttpFaults = random.Next(2) == 0 ? 1 : int.MaxValue,
            Encrypts = random.Next(2) == 0,
            LostStanza = random.Next(20) == 0 ? random.Next(1, 12) : null,
            RepeatedStanza = random.Next(6) == 0 ? random.Next(1, 20) : null,
        };
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Signalling}, {Methods}, {Size} bytes, {Network} at {FaultAt}, pieces of {PieceSize}, ")
        + string.Create(CultureInfo.InvariantCulture, $"declines {Declines}, cancels {SenderCancels}, {ReceiverCancels}, ")
        + string.Create(CultureInfo.InvariantCulture, $"HTTP {Http} {HttpFaults} times, PUT {HttpFaultOnPut}, encrypts {Encrypts}, ")
        + string.Create(CultureInfo.InvariantCulture, $"stanza lost {LostStanza}, repeated {RepeatedStanza}");

    /// <summary>It is tried again.</summary>
    private bool MayPass(HttpFault fault) => fault is HttpFault.Close or HttpFault.Reset or HttpFault.Broken || (fault == HttpFault.Full && !HttpFaultOnPut);
}
