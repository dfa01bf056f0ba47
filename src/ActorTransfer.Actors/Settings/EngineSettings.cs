using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Sockets;
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
    InBandSettings InBand)
{
    /// <summary>Path of all keys.</summary>
    public const string Root = "actor-transfer";

    /// <summary>The defaults: <c>hocon/reference.conf</c>, embedded in this assembly.</summary>
    public static Config Reference { get; } = ReadReference();

    /// <summary>Reads settings; keys missing in <paramref name="config"/> come from <see cref="Reference"/>.</summary>
    /// <param name="config">A configuration with an <c>actor-transfer</c> section, or an empty one.</param>
    /// <exception cref="ConfigurationException">Invalid values; the message lists all of them.</exception>
    public static EngineSettings Read(Config config) => Read(new SettingsReader(config.WithFallback(Reference), Root));

    internal static EngineSettings Read(SettingsReader reader)
    {
        var settings = new EngineSettings(
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
            InBandSettings.Read(reader));
        reader.ThrowIfFaulty();
        return settings;
    }

    private static Config ReadReference()
    {
        using var stream = typeof(EngineSettings).Assembly.GetManifestResourceStream("ActorTransfer.reference.conf")
            ?? throw new ConfigurationException("reference.conf is missing in the assembly.");
        using var text = new StreamReader(stream);
        return ConfigurationFactory.ParseString(text.ReadToEnd());
    }
}

/// <summary>Section <c>connection</c>.</summary>
internal sealed record ConnectionSettings(
    int MaxPendingRequests,
    int MaxQueuedStanzas,
    int WriteWindow,
    TimeSpan ReconnectFirst,
    TimeSpan ReconnectMost,
    TimeSpan ReconnectStable,
    TimeSpan ReconnectRefusedFirst,
    TimeSpan ReconnectRefusedMost,
    ImmutableArray<IPEndPoint> NameServers,
    TimeSpan ResolveTimeout,
    TimeSpan OpenTimeout,
    TimeSpan GreetingTimeout,
    TimeSpan KeepAlive,
    TimeSpan PingTimeout,
    TimeSpan ResumeWithin,
    int MaxUnacknowledged,
    TimeSpan AcknowledgeAfter,
    TimeSpan AcknowledgeTimeout,
    bool Trace,
    XmlLimits Limits)
{
    internal static ConnectionSettings Read(SettingsReader reader) => new(
        reader.Count("connection.max-pending-requests"),
        reader.Count("connection.max-queued-stanzas"),
        reader.Count("connection.write-window"),
        reader.Time("connection.reconnect-first"),
        reader.Time("connection.reconnect-most"),
        reader.Time("connection.reconnect-stable"),
        reader.Time("connection.reconnect-refused-first"),
        reader.Time("connection.reconnect-refused-most"),
        reader.List("connection.name-servers", NameServer),
        reader.Time("connection.resolve-timeout"),
        reader.Time("connection.open-timeout"),
        reader.Time("connection.greeting-timeout"),
        reader.TimeOrOff("connection.keep-alive"),
        reader.Time("connection.ping-timeout"),
        reader.TimeOrOff("connection.resume-within"),
        reader.Count("connection.max-unacknowledged"),
        reader.Time("connection.acknowledge-after"),
        reader.Time("connection.acknowledge-timeout"),
        reader.Switch("connection.trace"),
        new XmlLimits(
            reader.Bytes("connection.max-stanza-size", 10_000, 16 << 20),
            reader.Count("connection.max-depth"),
            reader.Count("connection.max-attributes"),
            reader.Count("connection.max-children")));

    private static IPEndPoint NameServer(string text) =>
        IPEndPoint.TryParse(text, out var at) && !at.Address.Equals(IPAddress.Any) && !at.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(at.Address, at.Port == 0 ? DnsServerResolver.UsualPort : at.Port)
            : throw new FormatException($"'{text}' is not the address of a name server, with or without a port");
}

/// <summary>Section <c>transfers</c>.</summary>
/// <param name="Admission">Limits of active and queued transfers.</param>
/// <param name="MaxOffersPerPeer">Queued and pending offers of one peer.</param>
/// <param name="MaxPendingOffers">The same for all peers.</param>
/// <param name="OfflineTimeout">How long an outgoing transfer waits for the connection of its account.</param>
/// <param name="DrainTimeout">How long transfers may continue when the engine stops.</param>
internal sealed record TransferLimits(AdmissionLimits Admission, int MaxOffersPerPeer, int MaxPendingOffers, TimeSpan OfflineTimeout, TimeSpan DrainTimeout)
{
    internal static TransferLimits Read(SettingsReader reader) => new(
        new AdmissionLimits(
            reader.Count("transfers.max-active"),
            reader.Count("transfers.max-per-peer"),
            reader.CountOrOff("transfers.max-queued-sends"),
            reader.CountOrOff("transfers.max-queued-offers"),
            reader.Time("transfers.send-queue-timeout"),
            reader.Time("transfers.offer-queue-timeout")),
        reader.Count("transfers.max-offers-per-peer"),
        reader.Count("transfers.max-pending-offers"),
        reader.Time("transfers.offline-timeout"),
        reader.Time("transfers.drain-timeout"));
}

/// <summary>Section <c>bulk</c>.</summary>
/// <param name="From">Files of this size and larger use dedicated threads.</param>
/// <param name="Threads">Number of threads; 0 = one per processor.</param>
internal sealed record BulkSettings(long From, int Threads)
{
    /// <summary>Name of the dispatcher of those threads. Without it, all files use the default dispatcher.</summary>
    public const string Dispatcher = "actor-transfer-bulk-dispatcher";

    /// <summary>Its configuration, to be added to that of the actor system.</summary>
    public Config ToDispatcher() => ConfigurationFactory.ParseString(string.Create(
        CultureInfo.InvariantCulture,
        $"{Dispatcher} {{ type = ForkJoinDispatcher, throughput = 1, dedicated-thread-pool {{ thread-count = {(Threads == 0 ? Environment.ProcessorCount : Threads)}, threadtype = background }} }}"));

    internal static BulkSettings Read(SettingsReader reader) => new(reader.Size("bulk.from"), reader.CountOrOff("bulk.threads"));
}

/// <summary>Section <c>initiator</c>.</summary>
internal sealed record InitiatorSettings(
    TimeSpan Offer,
    TimeSpan Accepted,
    TimeSpan ProxyDiscovered,
    TimeSpan StreamhostSent,
    TimeSpan Connected,
    TimeSpan Stalled,
    TimeSpan Linger,
    TimeSpan Connect,
    TimeSpan OpeningInBand,
    bool OfferAgain)
{
    /// <summary>Timeout of a state without progress.</summary>
    public TimeSpan Of(TransferState state) => state switch
    {
        TransferState.Offer => Offer,
        TransferState.Accepted => Accepted,
        TransferState.ProxyDiscovered => ProxyDiscovered,
        TransferState.StreamhostSent => StreamhostSent,
        TransferState.Connected => Connected,
        _ => Stalled,
    };

    internal static InitiatorSettings Read(SettingsReader reader) => new(
        reader.Time("initiator.offer"),
        reader.Time("initiator.accepted"),
        reader.Time("initiator.proxy-discovered"),
        reader.Time("initiator.streamhost-sent"),
        reader.Time("initiator.connected"),
        reader.Time("initiator.stalled"),
        reader.Time("initiator.linger"),
        reader.Time("initiator.connect"),
        reader.Time("initiator.opening-in-band"),
        reader.Switch("initiator.offer-again"));
}

/// <summary>Section <c>target</c>.</summary>
internal sealed record TargetSettings(
    bool Enabled,
    TimeSpan Offer,
    TimeSpan Accepted,
    TimeSpan StreamhostReceived,
    TimeSpan Connected,
    TimeSpan Stalled,
    TimeSpan Connect,
    TimeSpan Stagger,
    TimeSpan ProxyDelay,
    TimeSpan ProxyTie,
    TimeSpan Fallback,
    TimeSpan SessionReuse)
{
    /// <summary>Timeout of a state without progress.</summary>
    public TimeSpan Of(TransferState state) => state switch
    {
        TransferState.Offer => Offer,
        TransferState.Accepted => Accepted,
        TransferState.StreamhostReceived => StreamhostReceived,
        TransferState.Connected => Connected,
        _ => Stalled,
    };

    internal static TargetSettings Read(SettingsReader reader) => new(
        reader.Switch("target.enabled"),
        reader.Time("target.offer"),
        reader.Time("target.accepted"),
        reader.Time("target.streamhost-received"),
        reader.Time("target.connected"),
        reader.Time("target.stalled"),
        reader.Time("target.connect"),
        reader.Time("target.stagger"),
        reader.TimeOrOff("target.proxy-delay"),
        reader.TimeOrOff("target.proxy-tie"),
        reader.Time("target.fallback"),
        reader.Time("target.session-reuse"));
}

/// <summary>Section <c>socks5</c>.</summary>
internal sealed record Socks5Settings(TimeSpan HandshakeTimeout, int MaxHandshakes, int Backlog)
{
    /// <summary>Options of a listener at this address.</summary>
    public Socks5ListenerOptions ListenAt(IPEndPoint endPoint, int chunkSize) =>
        new(endPoint, HandshakeTimeout, MaxHandshakes, Backlog) { ChunkSize = chunkSize };
}
