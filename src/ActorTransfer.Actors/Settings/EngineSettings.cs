using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>All settings, read once from HOCON. Defaults and meanings: <c>hocon/reference.conf</c>.</summary>
internal sealed record EngineSettings(
    int ChunkSize,
    TimeSpan ProgressInterval,
    ConnectionSettings Connection,
    DiscoverySettings Discovery,
    AddressPolicy Addresses,
    TransferLimits Transfers,
    BulkSettings Bulk,
    FileSettings Files,
    InitiatorSettings Initiator,
    TargetSettings Target,
    StreamHostSettings StreamHost,
    Socks5Settings Socks5,
    ProxySettings Proxy,
    InBandSettings InBand,
    MonitorSettings Monitor)
{
    /// <summary>Limits of received files.</summary>
    public required FileLimits FileLimits { get; init; }

    /// <summary>HTTP uploads.</summary>
    public required HttpSettings Http { get; init; }

    /// <summary>Timeouts of Jingle sessions.</summary>
    public required JingleSettings Jingle { get; init; }

    /// <summary>Path of all keys.</summary>
    public const string Root = "actor-transfer";

    /// <summary>The defaults: <c>hocon/reference.conf</c>, embedded in this assembly.</summary>
    public static Config Reference { get; } = Embedded("reference");

    /// <summary>
    /// These settings with what can be changed while the engine runs: sections transfers (except drain-timeout), files, initiator, target, jingle, in-band
    /// (except receive-memory) and proxy (except socket-buffer and max-unsent). Transfers that are active or queued keep timeouts, file and in-band settings;
    /// limits apply to all from now on, and end none.
    /// </summary>
    public EngineSettings Reloaded(EngineSettings to) => this with
    {
        Transfers = to.Transfers with { DrainTimeout = Transfers.DrainTimeout },
        Files = to.Files,
        FileLimits = to.FileLimits,
        Initiator = to.Initiator,
        Target = to.Target,
        Jingle = to.Jingle,
        InBand = to.InBand with { ReceiveMemory = InBand.ReceiveMemory },
        Proxy = to.Proxy with { SocketBuffer = Proxy.SocketBuffer, MaxUnsent = Proxy.MaxUnsent },
    };

    /// <summary>Whether <see cref="Reloaded"/> applies the key.</summary>
    /// <param name="key">A path of <see cref="SettingKeys.All"/>.</param>
    public static bool IsReloadable(string key) =>
        key is not ("transfers.drain-timeout" or "in-band.receive-memory" or "proxy.socket-buffer" or "proxy.max-unsent")
        && key[..Math.Max(key.IndexOf('.', StringComparison.Ordinal), 0)]
            is "transfers" or "files" or "initiator" or "target" or "jingle" or "in-band" or "proxy";

    /// <summary>Reads settings; keys missing in <paramref name="config"/> come from <see cref="Reference"/>.</summary>
    /// <param name="config">A configuration with an <c>actor-transfer</c> section, or an empty one.</param>
    /// <exception cref="ConfigurationException">Invalid values or unknown keys; the message lists all of them.</exception>
    public static EngineSettings Read(Config config)
    {
        var reader = new SettingsReader(config.WithFallback(Reference), Root);
        var settings = Read(reader);
        return SettingKeys.Unknown(config).Concat(reader.Faults).ToList() is { Count: > 0 } faults ? throw SettingsReader.Invalid(faults) : settings;
    }

    /// <summary>Reads settings that are usable if the reader has no faults.</summary>
    internal static EngineSettings Read(SettingsReader reader) => new(
        reader.Bytes("chunk-size", 4096, 16 << 20),
        reader.Time("progress-interval"),
        ConnectionSettings.Read(reader),
        DiscoverySettings.Read(reader),
        reader.Addresses("addresses.allow", "addresses.allow-ports"),
        TransferLimits.Read(reader),
        BulkSettings.Read(reader),
        FileSettings.Read(reader),
        InitiatorSettings.Read(reader),
        TargetSettings.Read(reader),
        StreamHostSettings.Read(reader),
        new Socks5Settings(reader.Time("socks5.handshake-timeout"), reader.Count("socks5.max-handshakes"), reader.Count("socks5.backlog")),
        ProxySettings.Read(reader),
        InBandSettings.Read(reader),
        MonitorSettings.Read(reader))
    {
        FileLimits = FileLimits.Read(reader),
        Http = HttpSettings.Read(reader),
        Jingle = JingleSettings.Read(reader),
    };

    /// <summary>A file of <c>hocon</c>, which are embedded in this assembly.</summary>
    public static Config Embedded(string name)
    {
        using var stream = typeof(EngineSettings).Assembly.GetManifestResourceStream($"ActorTransfer.{name}.conf")
            ?? throw new ConfigurationException($"{name}.conf is missing in the assembly.");
        using var text = new StreamReader(stream);
        return ConfigurationFactory.ParseString(text.ReadToEnd());
    }
}
